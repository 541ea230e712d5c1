use super::probe::module;

#[test]
fn names_of_plug_ins() {
    for (file, name) in [
        ("lib90_sieve_plugin.so", "sieve"),
        ("lib10_quota_plugin.so", "quota"),
        ("lib95_imap_sieve_plugin.so", "imap_sieve"),
        ("lmtp", "lmtp"),
        ("libdovecot.so.0", "libdovecot.so.0"),
    ] {
        assert_eq!(module(file), name);
    }
}
