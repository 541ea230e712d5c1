//! The columns of the matrix: hosts that stand alike are one, so that two hundred of them fit on a page.

use std::collections::BTreeMap;

use parity_core::matrix::{Component, Consequence, Standing};
use parity_core::report::Report;

/// With more columns, less tells hosts apart.
const WIDE: usize = 20;

/// Hosts of a role that stand alike.
pub(super) struct Column<'a> {
    pub(super) role: &'a str,
    /// Whether it is the first of its role.
    pub(super) starts_role: bool,
    pub(super) hosts: Vec<&'a str>,
    /// For each row what these hosts have: one standing wherever something follows from it.
    pub(super) cells: Vec<Vec<&'a Standing>>,
}

/// What tells hosts apart where nothing follows from what they have.
#[derive(Clone, Copy)]
enum Apart {
    /// Every value.
    Value,
    /// Whether it differs from the developer's machine.
    Consequence,
    /// Nothing.
    Nothing,
}

impl Apart {
    fn alike(self, a: &Standing, b: &Standing) -> bool {
        let counts = |standing: &Standing| standing.consequence <= Consequence::Info;
        match self {
            _ if counts(a) || counts(b) => std::ptr::eq(a, b),
            Apart::Value => std::ptr::eq(a, b),
            Apart::Consequence => a.consequence == b.consequence,
            Apart::Nothing => true,
        }
    }
}

impl<'a> Column<'a> {
    fn worst(&self) -> Consequence {
        let cells = self.cells.iter().flatten();
        let worst = cells.map(|standing| standing.consequence).min();
        worst.unwrap_or(Consequence::Same)
    }

    fn is_like(&self, cells: &[Option<&'a Standing>], apart: Apart) -> bool {
        let mut pairs = self.cells.iter().zip(cells);
        pairs.all(|(known, new)| match (known.first(), new) {
            (Some(a), Some(b)) => apart.alike(a, b),
            (a, b) => a.is_none() && b.is_none(),
        })
    }

    fn add(&mut self, host: &'a str, cells: Vec<Option<&'a Standing>>) {
        self.hosts.push(host);
        for (known, new) in self.cells.iter_mut().zip(cells) {
            if let Some(new) = new.filter(|new| !known.iter().any(|other| std::ptr::eq(*other, *new))) {
                known.push(new);
            }
        }
    }
}

/// The worst role first, in each role the worst column.
pub(super) fn columns(report: &Report) -> Vec<Column<'_>> {
    let narrow = [Apart::Value, Apart::Consequence]
        .into_iter()
        .map(|apart| grouped(report, apart))
        .find(|columns| columns.len() <= WIDE);
    narrow.unwrap_or_else(|| grouped(report, Apart::Nothing))
}

fn grouped(report: &Report, apart: Apart) -> Vec<Column<'_>> {
    let rows: Vec<BTreeMap<&str, &Standing>> = report.components.iter().map(by_host).collect();
    let mut roles: Vec<(&str, Vec<Column<'_>>)> = Vec::new();
    for host in report.coverage.iter().take(report.summary.hosts) {
        let (role, name) = (host.role.as_deref().unwrap_or_default(), host.target.as_str());
        let cells: Vec<Option<&Standing>> = rows.iter().map(|row| row.get(name).copied()).collect();
        if !roles.iter().any(|(known, _)| *known == role) {
            roles.push((role, Vec::new()));
        }
        let Some((_, columns)) = roles.iter_mut().find(|(known, _)| *known == role) else {
            continue;
        };
        match columns.iter_mut().find(|column| column.is_like(&cells, apart)) {
            Some(column) => column.add(name, cells),
            None => columns.push(Column {
                role,
                starts_role: false,
                hosts: vec![name],
                cells: cells.into_iter().map(|cell| cell.into_iter().collect()).collect(),
            }),
        }
    }
    for (_, columns) in &mut roles {
        columns.sort_by_key(Column::worst);
        columns
            .iter_mut()
            .take(1)
            .for_each(|first| first.starts_role = true);
    }
    roles.sort_by_key(|(_, columns)| columns.first().map(Column::worst));
    roles.into_iter().flat_map(|(_, columns)| columns).collect()
}

fn by_host(component: &Component) -> BTreeMap<&str, &Standing> {
    let hosts = component.hosts.iter();
    hosts
        .flat_map(|standing| {
            let targets = standing.targets.iter();
            targets.map(move |target| (target.as_str(), standing))
        })
        .collect()
}

/// What tells the names of hosts apart: `web1` of `ssh://deploy@web1.example.net` beside `ssh://deploy@web2.example.net`.
pub(super) struct Names {
    before: usize,
    after: usize,
}

impl Names {
    pub(super) fn of(columns: &[Column<'_>]) -> Names {
        let names: Vec<&str> = columns.iter().flat_map(|column| &column.hosts).copied().collect();
        Names::common(&names)
    }

    /// How many bytes all names begin and end with, up to a sign that stands between words.
    fn common(names: &[&str]) -> Names {
        let nothing = Names { before: 0, after: 0 };
        let Some((first, others @ [_, ..])) = names.split_first() else {
            return nothing;
        };
        let same = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        let same_end = |a: &str, b: &str| {
            let pairs = a.bytes().rev().zip(b.bytes().rev());
            pairs.take_while(|(a, b)| a == b).count()
        };
        let before = others.iter().map(|other| same(first, other)).min().unwrap_or(0);
        let after = others
            .iter()
            .map(|other| same_end(first, other))
            .min()
            .unwrap_or(0);
        let head = first.get(..before).unwrap_or_default();
        let tail = first.get(first.len() - after..).unwrap_or_default();
        Names {
            before: head.rfind(['/', ':', '@']).map_or(0, |at| at + 1),
            after: tail.find(['/', ':', '.']).map_or(0, |at| tail.len() - at),
        }
    }

    pub(super) fn short<'n>(&self, name: &'n str) -> &'n str {
        let end = name.len().saturating_sub(self.after);
        name.get(self.before..end)
            .filter(|short| !short.is_empty())
            .unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(names: &[&'static str]) -> Vec<&'static str> {
        let common = Names::common(names);
        names.iter().map(|name| common.short(name)).collect()
    }

    #[test]
    fn hosts_are_told_apart_by_few_letters() {
        assert_eq!(
            short(&["ssh://web1.example.net:22", "ssh://db1.example.net:22"]),
            ["web1", "db1"]
        );
        assert_eq!(
            short(&["rootfs:/srv/be1/root", "rootfs:/srv/be2/root"]),
            ["be1", "be2"]
        );
        assert_eq!(short(&["ssh://web1"]), ["ssh://web1"]);
        assert_eq!(short(&["a.b", "a.b"]), ["a", "a"]);
        assert_eq!(short(&["ü/1", "ü/2"]), ["1", "2"]);
    }
}
