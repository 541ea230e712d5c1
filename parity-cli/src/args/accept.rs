//! The words of `parity accept`.

use std::path::PathBuf;

use clap::Args;
use parity_core::judge::Link;

use super::{ForRole, link};

#[derive(Debug, Args)]
pub(crate) struct Accept {
    /// The fingerprint of the finding or of the open question, or its beginning
    pub(crate) fingerprint: String,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The last day it holds, in UTC: 2026-12-31, or from today 30d, 4w
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: String,
    /// Who answers for it, instead of you
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Look for it in this report of a check, written as JSON, instead of checking again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["env", "against", "dev", "artifact", "link"])]
    pub(crate) report: Option<PathBuf>,
    /// As it was checked: the hosts of this environment, instead of parity.lock
    #[arg(long, value_name = "NAME", conflicts_with = "against")]
    pub(crate) env: Option<String>,
    /// As it was checked: this target
    #[arg(long, value_name = "[ROLE=]TARGET")]
    pub(crate) against: Vec<ForRole>,
    /// As it was checked: the machine where it worked
    #[arg(long, value_name = "TARGET")]
    pub(crate) dev: Option<String>,
    /// As it was checked: what ships
    #[arg(long, value_name = "[ROLE=]PATH")]
    pub(crate) artifact: Vec<ForRole>,
    /// As it was checked: a connection
    #[arg(long, value_name = "FROM:TO:PORT", value_parser = link)]
    pub(crate) link: Vec<Link>,
}
