//! Class files (The Java Virtual Machine Specification, chapter 4): their version, and the classes they name.

use std::collections::BTreeMap;

/// Bytes that are no class file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotClass(pub &'static str);

/// A class file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class<'a> {
    /// Major version: 44 and the feature release of Java, since 1.1.
    pub major: u16,
    /// Whether it uses what that release only tries out (JVMS 4.1: its minor version is 65535).
    pub is_preview: bool,
    /// Classes and their methods that it calls, as `java/lang/Thread` and `stop`.
    pub calls: Vec<(&'a str, &'a str)>,
    /// Texts that it holds.
    pub texts: Vec<&'a str>,
    /// Names of the classes it refers to, as `java/lang/Object`.
    pub names: Vec<&'a str>,
    /// Whether it names `InetAddress` and its method `getLocalHost`.
    pub looks_up_own_name: bool,
    /// What it measures or draws text with.
    pub draws_text: Option<&'static str>,
}

/// Libraries that draw or measure text: what their classes begin with, the method that does (nothing: all they do), and what is told.
/// Sources: the stacks in <https://github.com/alibaba/easyexcel/issues/320>, <https://github.com/ele-admin/EasyCaptcha/issues/35>,
/// <https://github.com/ele-admin/EasyCaptcha/issues/31>; <https://jasperreports.sourceforge.net/sample.reference/fonts/index.html>.
const DRAWING: [(&str, &str, &str); 4] = [
    ("com/alibaba/excel/EasyExcel", "write", "EasyExcel.write"),
    ("com/google/code/kaptcha/", "", "Kaptcha"),
    ("com/wf/captcha/", "", "EasyCaptcha"),
    ("net/sf/jasperreports/engine/", "fillReport", "JasperReports"),
];

/// Reads the version and the constant pool.
///
/// # Errors
/// No class file, or one whose constant pool is cut off or has a constant that is not known.
pub fn class(bytes: &[u8]) -> Result<Class<'_>, NotClass> {
    let cut = || NotClass("the constant pool is cut off");
    let rest = bytes
        .strip_prefix(&[0xca, 0xfe, 0xba, 0xbe])
        .ok_or(NotClass("not a class file"))?;
    let minor = u16_at(rest, 0).ok_or_else(cut)?;
    let major = u16_at(rest, 2).ok_or_else(cut)?;
    let count = u16_at(rest, 4).ok_or_else(cut)?;
    let mut texts: Vec<Option<&str>> = vec![None; usize::from(count)];
    let (mut classes, mut strings, mut methods) = (Vec::new(), Vec::new(), Vec::new());
    let mut classes_at: BTreeMap<u16, u16> = BTreeMap::new();
    let mut names_at: BTreeMap<u16, u16> = BTreeMap::new();
    let (mut at, mut index) = (6_usize, 1_usize);
    while index < usize::from(count) {
        let tag = *rest.get(at).ok_or_else(cut)?;
        let (length, slots) = match tag {
            1 => {
                let length = usize::from(u16_at(rest, at + 1).ok_or_else(cut)?);
                let text = rest.get(at + 3..at + 3 + length).ok_or_else(cut)?;
                if let Some(place) = texts.get_mut(index) {
                    // Names of classes are plain; what is not UTF-8 is none of those looked for.
                    *place = std::str::from_utf8(text).ok();
                }
                (3 + length, 1)
            }
            7 => {
                let name = u16_at(rest, at + 1).ok_or_else(cut)?;
                classes.push(name);
                classes_at.extend(u16::try_from(index).map(|index| (index, name)));
                (3, 1)
            }
            8 => {
                strings.push(u16_at(rest, at + 1).ok_or_else(cut)?);
                (3, 1)
            }
            10 | 11 => {
                let class = u16_at(rest, at + 1).ok_or_else(cut)?;
                methods.push((class, u16_at(rest, at + 3).ok_or_else(cut)?));
                (5, 1)
            }
            12 => {
                let name = u16_at(rest, at + 1).ok_or_else(cut)?;
                names_at.extend(u16::try_from(index).map(|index| (index, name)));
                (5, 1)
            }
            16 | 19 | 20 => (3, 1),
            15 => (4, 1),
            3 | 4 | 9 | 17 | 18 => (5, 1),
            5 | 6 => (9, 2),
            _ => return Err(NotClass("a constant of a kind that is not known")),
        };
        at += length;
        index += slots;
    }
    let name = |index: &u16| texts.get(usize::from(*index)).copied().flatten();
    let names = classes
        .iter()
        .filter_map(name)
        .map(|name| name.trim_start_matches(['[', 'L']));
    let names: Vec<&str> = names.collect();
    let has_method = texts.iter().flatten().any(|text| *text == "getLocalHost");
    let has = |method: &str| texts.iter().flatten().any(|text| *text == method);
    let of_poi = names.iter().any(|name| name.starts_with("org/apache/poi/"));
    let draws_text = if has("autoSizeColumn") && of_poi {
        Some("autoSizeColumn of Apache POI")
    } else if has("drawString") && names.iter().any(|name| name.starts_with("java/awt/Graphics")) {
        Some("Graphics.drawString")
    } else {
        let drawing = DRAWING.iter().find(|(class, method, _)| {
            (method.is_empty() || has(method)) && names.iter().any(|name| name.starts_with(class))
        });
        drawing.map(|(_, _, what)| *what)
    };
    let calls = methods.iter().filter_map(|(class, method)| {
        let class = classes_at.get(class).and_then(name)?;
        Some((class, names_at.get(method).and_then(name)?))
    });
    Ok(Class {
        major,
        is_preview: minor == u16::MAX,
        calls: calls.collect(),
        texts: strings.iter().filter_map(name).collect(),
        draws_text,
        looks_up_own_name: has_method && names.contains(&"java/net/InetAddress"),
        names,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}
