//! How large a request a configuration lets through to PHP.
//!
//! Source: <https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size>.

use crate::config::directive::Directive;

/// The largest body in bytes that a configuration which passes requests to PHP takes itself, and its line; nothing where it takes all, or
/// hands settings of PHP along.
pub(super) fn to_php(directives: &[Directive]) -> Option<(i64, u32)> {
    let of = |name: &'static str| {
        directives
            .iter()
            .filter(move |directive| directive.name() == name)
    };
    let is_of_php = |directive: &Directive| {
        let is_php = |text: &String| text.contains("php");
        directive.arguments.iter().any(is_php) || directive.path.iter().any(is_php)
    };
    let hands_along = of("fastcgi_param").any(|directive| {
        let name = directive.arguments.first();
        name.is_some_and(|name| matches!(name.as_str(), "PHP_ADMIN_VALUE" | "PHP_VALUE"))
    });
    if hands_along || !of("fastcgi_pass").any(is_of_php) {
        return None;
    }
    let sizes = of("client_max_body_size").map(|directive| {
        let size = directive.arguments.first().and_then(|size| bytes(size));
        size.map(|size| (size, directive.line))
    });
    // One that is not understood may be the largest.
    let sizes: Option<Vec<(i64, u32)>> = sizes.collect();
    let sizes = sizes?;
    (!sizes.iter().any(|(size, _)| *size == 0))
        .then(|| sizes.into_iter().max())
        .flatten()
}

/// `100m`, `1G`, or bytes.
fn bytes(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = match unit {
        "" => 1,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::to_php;
    use crate::config::nginx::directives;

    fn of(text: &str) -> Option<(i64, u32)> {
        to_php(&directives(text).unwrap())
    }

    #[test]
    fn bodies_for_php() {
        let site = "server {\n  client_max_body_size 100m;\n  location ~ \\.php$ { fastcgi_pass unix:/run/php/php8.2-fpm.sock; }\n}\n";
        assert_eq!(of(site), Some((100 << 20, 2)));
        assert_eq!(of(&site.replace("100m", "0")), None);
        assert_eq!(of(&site.replace("100m", "${SIZE}")), None);
        assert_eq!(
            of(&site.replace(
                "fastcgi_pass unix:/run/php/php8.2-fpm.sock",
                "proxy_pass http://127.0.0.1:8080"
            )),
            None
        );
        let along = site.replace(
            "fastcgi_pass",
            "fastcgi_param PHP_VALUE \"upload_max_filesize=100M\"; fastcgi_pass",
        );
        assert_eq!(of(&along), None);
        assert_eq!(of("server { client_max_body_size 1g; }"), None);
    }
}
