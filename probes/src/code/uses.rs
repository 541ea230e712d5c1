//! What a source uses of what is around it, told by the calls in it.

use super::language::Language;

/// Something used, and the line.
pub(super) type Use = Option<(&'static str, u32)>;

fn first(text: &str, marks: &[&'static str], fits: impl Fn(&str) -> bool) -> Use {
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let mark = marks.iter().find(|mark| line.contains(**mark))?;
        fits(line).then_some((mark.trim_matches(['(', ' ', '\'', '"']), number))
    })
}

/// What connects to an `https:` address and trusts the certificates of the system. Node, Java and the Python package `requests` bring
/// their own.
pub(super) fn certificates(text: &str, language: Language) -> Use {
    let is_insecure = |line: &str| {
        ["--insecure", " -k ", "--no-check-certificate"]
            .iter()
            .any(|option| line.contains(option))
    };
    if language == Language::Shell {
        return first(text, &["curl ", "wget "], |line| {
            line.contains("https://") && !is_insecure(line)
        });
    }
    let marks: &[&'static str] = match language {
        Language::Go if text.contains("InsecureSkipVerify: true") => &[],
        Language::Go if text.contains("google/go-github") => &["github.NewClient("],
        Language::Go => &[
            "http.Get(",
            "http.Post(",
            "http.NewRequest",
            "http.DefaultClient",
            "http.Client{",
        ],
        Language::Python => &["urlopen(", "HTTPSConnection(", "create_default_context("],
        Language::Ruby => &["Net::HTTP", "URI.open(", "Faraday"],
        Language::Php => &[
            "curl_init(",
            "file_get_contents('https://",
            "file_get_contents(\"https://",
        ],
        _ => &[],
    };
    let speaks =
        text.contains("https://") || text.contains("google/go-github") || text.contains("HTTPSConnection(");
    first(text, marks, |_| speaks)
}

/// Packages that draw text with the fonts of the system, by their name in a manifest.
const DRAWING: [(&str, &[&str]); 6] = [
    (
        "package.json",
        &[
            "html-pdf",
            "html-pdf-node",
            "phantom",
            "phantomjs",
            "phantomjs-prebuilt",
            "puppeteer",
            "puppeteer-core",
            "wkhtmltopdf",
            "node-wkhtmltopdf",
            "pdf-creator-node",
            "libreoffice-convert",
        ],
    ),
    (
        "requirements.txt",
        &[
            "weasyprint",
            "pdfkit",
            "imgkit",
            "django-wkhtmltopdf",
            "xhtml2pdf",
        ],
    ),
    (
        "pyproject.toml",
        &[
            "weasyprint",
            "pdfkit",
            "imgkit",
            "django-wkhtmltopdf",
            "xhtml2pdf",
        ],
    ),
    (
        "Gemfile",
        &["wicked_pdf", "pdfkit", "imgkit", "grover", "wkhtmltopdf-binary"],
    ),
    (
        "composer.json",
        &[
            "knplabs/knp-snappy",
            "h4cc/wkhtmltopdf-amd64",
            "spatie/browsershot",
            "barryvdh/laravel-snappy",
        ],
    ),
    ("pom.xml", &["jasperreports"]),
];

/// What a manifest asks for that draws text.
pub(super) fn fonts_of_manifest(name: &str, text: &str) -> Use {
    let (_, packages) = DRAWING.iter().find(|(manifest, _)| *manifest == name)?;
    if name.ends_with(".json") {
        let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
        let asked = ["dependencies", "require"]
            .iter()
            .find_map(|key| manifest.get(key)?.as_object())?;
        let package = packages.iter().find(|package| asked.contains_key(**package))?;
        let quoted = format!("\"{package}\"");
        let line = (1..)
            .zip(text.lines())
            .find(|(_, line)| line.contains(&quoted))
            .map_or(1, |(number, _)| number);
        return Some((package, line));
    }
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let words: Vec<String> = line
            .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
            .map(str::to_ascii_lowercase)
            .collect();
        let is_comment = line.trim_start().starts_with('#');
        let package = packages
            .iter()
            .find(|package| words.iter().any(|word| word == *package))?;
        (!is_comment).then_some((*package, number))
    })
}

/// A call that draws text.
pub(super) fn fonts(text: &str, language: Language) -> Use {
    let marks: &[&'static str] = match language {
        Language::Shell => &[
            "wkhtmltopdf ",
            "wkhtmltoimage ",
            "soffice --headless",
            "libreoffice --headless",
        ],
        Language::JavaScript => &[
            "require('html-pdf')",
            "require(\"html-pdf\")",
            "require('phantom",
            "require(\"phantom",
            "puppeteer.launch(",
        ],
        Language::Java => &[
            "JasperExportManager.",
            "JasperFillManager.",
            "GraphicsEnvironment.getLocal",
        ],
        Language::Python => &[
            "from weasyprint",
            "import weasyprint",
            "pdfkit.from_",
            "\"soffice\"",
            "'soffice'",
            "\"libreoffice\"",
            "'libreoffice'",
        ],
        Language::Php => &["wkhtmltopdf", "soffice --headless", "libreoffice --headless"],
        Language::Ruby => &["soffice --headless", "libreoffice --headless"],
        _ => &[],
    };
    first(text, marks, |_| true)
}

/// A call that fails where the own name has no address.
pub(super) fn own_name(text: &str, language: Language) -> Use {
    let marks: &[&'static str] = match language {
        Language::Java => &["InetAddress.getLocalHost("],
        Language::Python => &["gethostbyname(socket.gethostname(", "gethostbyname(gethostname("],
        Language::Ruby => &[
            "IPSocket.getaddress(Socket.gethostname",
            "Addrinfo.ip(Socket.gethostname",
        ],
        Language::JavaScript => &["dns.lookup(os.hostname(", "lookup(os.hostname("],
        Language::Php => &["gethostbyname(gethostname("],
        _ => &[],
    };
    first(text, marks, |_| true)
}

/// The formats that a source has ImageMagick convert.
pub(super) fn imagemagick(text: &str, language: Language) -> Vec<(&'static str, &'static str, u32)> {
    let marks: &[&'static str] = match language {
        Language::Ruby => &["MiniMagick", "Magick::Image"],
        Language::Php => &["new Imagick", "new \\Imagick"],
        Language::Python => &["wand.image", "Magick"],
        Language::JavaScript => &["require('gm')", "require(\"gm\")", "imagemagick"],
        Language::Shell => &["convert ", "mogrify ", "magick "],
        _ => &[],
    };
    let Some((mark, line)) = first(text, marks, |_| true) else {
        return Vec::new();
    };
    let lower = text.to_ascii_lowercase();
    let formats = [("PDF", "pdf"), ("EPS", "eps"), ("XPS", "xps")];
    let speaks = |format: &str| {
        [
            format!(".{format}"),
            format!("'{format}'"),
            format!("\"{format}\""),
            format!("{format}:"),
            format!("/{format}"),
        ]
        .iter()
        .any(|written| lower.contains(written.as_str()))
    };
    let used = formats.into_iter().filter(|(_, format)| speaks(format));
    used.map(|(coder, _)| (coder, mark, line)).collect()
}

/// What takes days or hours in the zone of the system.
pub(super) fn local_time(text: &str, language: Language) -> Use {
    let marks: &[&'static str] = match language {
        Language::JavaScript => &[
            ".setHours(",
            ".getHours(",
            ".getDate(",
            ".toLocaleDateString(",
            ".toLocaleTimeString(",
            ".startOf('",
            ".startOf(\"",
        ],
        Language::Python => &[
            "datetime.now()",
            "datetime.today()",
            "date.today()",
            "time.localtime(",
        ],
        Language::Ruby => &["Date.today", "Time.now.hour", "Time.now.strftime", "DateTime.now"],
        Language::Java => &[
            "LocalDate.now()",
            "LocalDateTime.now()",
            "LocalTime.now()",
            "new SimpleDateFormat(",
        ],
        Language::Go => &["time.Local", ".Local()"],
        _ => &[],
    };
    first(text, marks, |line| {
        !line.contains("timeZone") && !line.contains("utc")
    })
}

/// A line of a crontab with an hour: `0 3 * * *`.
pub(super) fn hour_of_crontab(path: &str, text: &str) -> Use {
    let is_crontab = path.split('/').any(|part| part == "crontab" || part == "cron.d");
    if !is_crontab || text.contains("CRON_TZ=") {
        return None;
    }
    let is_field = |field: &str| {
        field
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '*' | '/' | ',' | '-'))
    };
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let fields: Vec<&str> = line.split_whitespace().take(5).collect();
        let is_job = fields.len() == 5 && fields.iter().take(3).all(|field| is_field(field));
        let has_hour = fields
            .get(1)
            .is_some_and(|hour| hour.starts_with(|c: char| c.is_ascii_digit()));
        (is_job && has_hour).then_some(("a job at a fixed hour", number))
    })
}

/// The broker on another machine that `guest` connects to, and the line.
pub(super) fn rabbitmq_guest(text: &str) -> Option<(String, u32)> {
    let of_url = (1..).zip(text.lines()).find_map(|(number, line)| {
        let (_, rest) = ["amqp://guest", "amqps://guest"]
            .iter()
            .find_map(|begin| line.split_once(begin))?;
        let (password, rest) = rest.split_once('@')?;
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | ':' | '_'))
            .unwrap_or(rest.len());
        let host = rest.get(..end)?.trim_end_matches(':');
        let is_guest = password.is_empty() || password.starts_with(':');
        (is_guest && is_elsewhere(host)).then(|| (host.to_owned(), number))
    });
    of_url.or_else(|| of_settings(text))
}

/// `user = guest` and `host = …` in a file that speaks of the broker.
fn of_settings(text: &str) -> Option<(String, u32)> {
    let (mut is_guest, mut host) = (false, None);
    let mut speaks = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with('[') {
            (is_guest, host) = (false, None);
            speaks = is_of_broker(line);
        }
        let Some((key, value)) = line.split_once(['=', ':']) else {
            continue;
        };
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches(['"', '\'', ',']);
        let names = speaks || is_of_broker(&key);
        is_guest |=
            names && ["user", "username", "login"].iter().any(|end| key.ends_with(end)) && value == "guest";
        if names && ["host", "hostname"].iter().any(|end| key.ends_with(end)) && is_elsewhere(value) {
            host = Some((value.to_owned(), number));
        }
        if is_guest && host.is_some() {
            return host;
        }
    }
    None
}

fn is_of_broker(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["amqp", "rabbit", "broker"]
        .iter()
        .any(|word| text.contains(word))
}

fn is_elsewhere(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_plain && name != "localhost" && !name.starts_with("127.") && name != "0.0.0.0"
}

/// The image of the last stage of a container file, where it is one with musl.
pub(super) fn musl_image(text: &str) -> Option<(String, u32)> {
    let mut stages: Vec<(String, Option<String>, u32)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line
            .split_whitespace()
            .filter(|word| !word.starts_with("--"))
            .collect();
        if let [from, image, rest @ ..] = words.as_slice()
            && from.eq_ignore_ascii_case("from")
        {
            stages.push((
                (*image).to_owned(),
                rest.get(1).map(|name| (*name).to_owned()),
                number,
            ));
        }
    }
    let (mut image, _, line) = stages.pop()?;
    while let Some((base, ..)) = stages
        .iter()
        .find(|(_, name, _)| name.as_deref() == Some(image.as_str()))
    {
        if *base == image {
            break;
        }
        image = base.clone();
        stages.pop();
    }
    let name = crate::compose::image_name(&image);
    let is_musl = name.path == "alpine" || name.tag.is_some_and(|tag| tag.contains("alpine"));
    is_musl.then_some((image, line))
}
