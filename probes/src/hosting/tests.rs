use proptest::prelude::*;

use super::{apache, php};

#[test]
fn modules_and_overrides() {
    let text = "LoadModule headers_module modules/mod_headers.so\n# LoadModule rewrite_module x\n  LoadModule php7_module x\n";
    assert_eq!(apache::modules(text), ["headers", "php"]);
    let text = "<Directory />\n AllowOverride None\n</Directory>\n<Directory \"/var/www/\">\n  AllowOverride None\n</Directory>\n<Directory /srv>\nallowoverride All\n";
    assert_eq!(apache::overrides(text), ["none", "all"]);
}

#[test]
fn functions_switched_off() {
    assert_eq!(php::disabled("memory_limit = 1\n"), None);
    let text = ";disable_functions = a\ndisable_functions = exec, System,proc_open ; why\n";
    assert_eq!(php::disabled(text).unwrap(), ["exec", "system", "proc_open"]);
    assert_eq!(
        php::disabled("php_admin_value[disable_functions] = exec\n").unwrap(),
        ["exec"]
    );
    assert_eq!(php::disabled("disable_functions =\n").unwrap(), [""; 0]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}(\n\\PC{0,60}){0,5}") {
        let _ = (apache::modules(&text), apache::overrides(&text), php::disabled(&text));
    }
}
