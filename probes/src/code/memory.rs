//! How much memory a release is told to take.

/// Options that name an amount: the prefix, and its unit in bytes where the number has none.
const OPTIONS: [(&str, i64); 3] = [
    ("--max-old-space-size=", 1 << 20),
    ("--max_old_space_size=", 1 << 20),
    ("-Xms", 1),
];

/// The largest amount that a text names, and its line.
pub(super) fn declared(text: &str) -> Option<(i64, u32)> {
    let mut largest = None;
    for (number, line) in (1..).zip(text.lines()) {
        for (option, unit) in OPTIONS {
            for rest in line.split(option).skip(1) {
                let amount = amount(rest, unit).filter(|amount| *amount >= 1 << 20);
                largest = largest.max(amount.map(|amount| (amount, number)));
            }
        }
    }
    largest
}

fn amount(text: &str, unit: i64) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    let unit = match rest.chars().next() {
        Some('k' | 'K') => 1 << 10,
        Some('m' | 'M') => 1 << 20,
        Some('g' | 'G') => 1 << 30,
        _ => unit,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// Commands that bundle a web application: what they take is known to nobody before.
const BUNDLERS: [&str; 7] = [
    "nuxt build",
    "next build",
    "ng build",
    "webpack",
    "vite build",
    "react-scripts build",
    "gatsby build",
];

/// The bundler that a package.json runs where it is installed or started, on whatever host that is.
pub(super) fn bundler(package: &str) -> Option<&'static str> {
    let package: serde_json::Value = serde_json::from_str(package).ok()?;
    let script = |name: &str| package.get("scripts")?.get(name)?.as_str();
    let bundler = |script: &str| BUNDLERS.into_iter().find(|bundler| script.contains(bundler));
    let run = ["start", "prestart", "postinstall", "install", "prepare", "deploy"];
    run.iter().filter_map(|name| script(name)).find_map(|run| {
        let runs_build = ["npm run build", "yarn build", "yarn run build", "pnpm build"]
            .iter()
            .any(|command| run.contains(command));
        bundler(run).or_else(|| script("build").filter(|_| runs_build).and_then(bundler))
    })
}
