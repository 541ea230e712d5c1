//! The one writer of the page: whatever text comes in, no markup comes out but what this code wrote.

use super::super::markup::escaped;

/// HTML that grows at its end. Tags and names of attributes are ours; everything else is escaped here.
#[derive(Debug, Default)]
pub(super) struct Html {
    text: String,
}

impl Html {
    /// `<tag name="value">`.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Html {
        self.text.push('<');
        self.text.push_str(tag);
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        self.text.push('>');
        self
    }

    /// `</tag>`.
    pub(super) fn close(&mut self, tag: &'static str) -> &mut Html {
        self.text.push_str(&format!("</{tag}>"));
        if matches!(
            tag,
            "section" | "article" | "table" | "tr" | "details" | "div" | "p" | "li" | "header"
        ) {
            self.text.push('\n');
        }
        self
    }

    /// Text between tags.
    pub(super) fn say(&mut self, text: &str) -> &mut Html {
        self.text.push_str(&escaped(text));
        self
    }

    /// `<tag class="class">text</tag>`.
    pub(super) fn put(&mut self, tag: &'static str, class: &str, text: &str) -> &mut Html {
        match class {
            "" => self.open(tag, &[]),
            class => self.open(tag, &[("class", class)]),
        };
        self.say(text).close(tag)
    }

    /// An element that is not shown, with lines for the script: no other control character comes through.
    pub(super) fn lines(&mut self, class: &'static str, text: &str) -> &mut Html {
        let lines: Vec<String> = text.split('\n').map(escaped).collect();
        self.text.push_str(&format!(
            "<span class=\"{class}\" hidden>{}</span>",
            lines.join("\n")
        ));
        self
    }

    /// What is no text but part of this program: style, script, symbols.
    pub(super) fn raw(&mut self, ours: &'static str) -> &mut Html {
        self.text.push_str(ours);
        self
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut html = Html::default();
        html.open("p", &[("title", "\"><script>")])
            .say("</p><img onerror='x'>&\u{1b}")
            .close("p");
        assert_eq!(
            html.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;\\x1b</p>\n"
        );
    }
}
