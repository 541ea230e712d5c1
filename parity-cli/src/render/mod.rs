//! Turns results into text for people and documents for programs.

pub(crate) mod check;
pub(crate) mod complaint;
pub(crate) mod configuration;
pub(crate) mod diff;
pub(crate) mod fold;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod html;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod markup;
pub(crate) mod number;
pub(crate) mod origin;
pub(crate) mod outcome;
pub(crate) mod output;
pub(crate) mod page;
pub(crate) mod places;
pub(crate) mod sarif;
pub(crate) mod silence;
pub(crate) mod since;
pub(crate) mod suppressed;
pub(crate) mod wrap;
