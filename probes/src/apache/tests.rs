use super::{MODULES, needed};

#[test]
fn the_table_is_sorted() {
    assert!(MODULES.is_sorted());
}

#[test]
fn what_goes_on_is_no_directive() {
    let needed = needed("RewriteCond %{A} \\\nHeader\n# ProxyPass / x\n");
    assert_eq!(needed.into_keys().collect::<Vec<_>>(), ["rewrite"]);
}
