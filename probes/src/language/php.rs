//! PHP: what came and went with its versions.
//!
//! Sources: "New features" and "Removed" of the migration guides (<https://www.php.net/manual/en/appendices.php>) and the pages of the
//! functions in the manual ("PHP 8 >= 8.3.0").

use super::feature::{Feature, feature};

/// All of them.
pub(super) const FEATURES: [Feature; 125] = [
    feature("ID ??", ">=7.0", "the operator ??"),
    feature("] ??", ">=7.0", "the operator ??"),
    feature("<=>", ">=7.0", "the operator <=>"),
    feature("new class", ">=7.0", "an anonymous class"),
    feature("~random_bytes (", ">=7.0", "random_bytes"),
    feature("~random_int (", ">=7.0", "random_int"),
    feature("~intdiv (", ">=7.0", "intdiv"),
    feature(") : ?", ">=7.1", "a nullable type"),
    feature(") : void", ">=7.1", "the type void"),
    feature("private const ID =", ">=7.1", "a private constant"),
    feature("protected const ID =", ">=7.1", "a protected constant"),
    feature("~is_iterable (", ">=7.1", "is_iterable"),
    feature(") : object", ">=7.2", "the type object"),
    feature("~array_key_first (", ">=7.3", "array_key_first"),
    feature("~array_key_last (", ">=7.3", "array_key_last"),
    feature("~is_countable (", ">=7.3", "is_countable"),
    feature("~hrtime (", ">=7.3", "hrtime"),
    feature("JSON_THROW_ON_ERROR", ">=7.3", "JSON_THROW_ON_ERROR"),
    feature("??=", ">=7.4", "the operator ??="),
    feature("~mb_str_split (", ">=7.4", "mb_str_split"),
    feature("~get_mangled_object_vars (", ">=7.4", "get_mangled_object_vars"),
    feature("?->", ">=8.0", "the operator ?->"),
    feature("~str_contains (", ">=8.0", "str_contains"),
    feature("~str_starts_with (", ">=8.0", "str_starts_with"),
    feature("~str_ends_with (", ">=8.0", "str_ends_with"),
    feature("~get_debug_type (", ">=8.0", "get_debug_type"),
    feature("~get_resource_id (", ">=8.0", "get_resource_id"),
    feature("~fdiv (", ">=8.0", "fdiv"),
    feature("= match (", ">=8.0", "match"),
    feature("return match (", ">=8.0", "match"),
    feature("=> match (", ">=8.0", "match"),
    feature(") : static", ">=8.0", "the type static"),
    feature(") : mixed", ">=8.0", "the type mixed"),
    feature("implements Stringable", ">=8.0", "the interface Stringable"),
    feature("^enum ID {", ">=8.1", "an enumeration"),
    feature("^enum ID : string", ">=8.1", "an enumeration"),
    feature("^enum ID : int", ">=8.1", "an enumeration"),
    feature(") : never", ">=8.1", "the type never"),
    feature("public readonly", ">=8.1", "a readonly property"),
    feature("private readonly", ">=8.1", "a readonly property"),
    feature("protected readonly", ">=8.1", "a readonly property"),
    feature("ID (...)", ">=8.1", "a first-class callable"),
    feature("~array_is_list (", ">=8.1", "array_is_list"),
    feature("final const", ">=8.1", "a final constant"),
    feature("readonly class", ">=8.2", "a readonly class"),
    feature("~json_validate (", ">=8.3", "json_validate"),
    feature("~mb_str_pad (", ">=8.3", "mb_str_pad"),
    feature("const string ID =", ">=8.3", "a typed constant"),
    feature("const int ID =", ">=8.3", "a typed constant"),
    feature("const array ID =", ">=8.3", "a typed constant"),
    feature("~array_find (", ">=8.4", "array_find"),
    feature("~array_any (", ">=8.4", "array_any"),
    feature("~array_all (", ">=8.4", "array_all"),
    feature("~mb_trim (", ">=8.4", "mb_trim"),
    feature("private ( set )", ">=8.4", "asymmetric visibility"),
    feature("~array_first (", ">=8.5", "array_first"),
    feature("~array_last (", ">=8.5", "array_last"),
    feature("~mysql_connect (", "<7.0", "mysql_connect"),
    feature("~mysql_query (", "<7.0", "mysql_query"),
    feature("~mysql_fetch_array (", "<7.0", "mysql_fetch_array"),
    feature("~mysql_real_escape_string (", "<7.0", "mysql_real_escape_string"),
    feature("~ereg (", "<7.0", "ereg"),
    feature("~eregi (", "<7.0", "eregi"),
    feature("~ereg_replace (", "<7.0", "ereg_replace"),
    feature("~split (", "<7.0", "split"),
    feature("~set_magic_quotes_runtime (", "<7.0", "set_magic_quotes_runtime"),
    feature("~mcrypt_encrypt (", "<7.2", "mcrypt_encrypt"),
    feature("~mcrypt_decrypt (", "<7.2", "mcrypt_decrypt"),
    feature("~each (", "<8.0", "each"),
    feature("~create_function (", "<8.0", "create_function"),
    feature("~money_format (", "<8.0", "money_format"),
    feature("~get_magic_quotes_gpc (", "<8.0", "get_magic_quotes_gpc"),
    feature("~get_magic_quotes_runtime (", "<8.0", "get_magic_quotes_runtime"),
    feature("~ezmlm_hash (", "<8.0", "ezmlm_hash"),
    feature("~fgetss (", "<8.0", "fgetss"),
    feature("~is_real (", "<8.0", "is_real"),
    feature("( unset )", "<8.0", "the cast (unset)"),
    feature("( real )", "<8.0", "the cast (real)"),
    feature("~session_register (", "<5.4", "session_register"),
    feature("~session_is_registered (", "<5.4", "session_is_registered"),
    feature("~session_unregister (", "<5.4", "session_unregister"),
    feature("~import_request_variables (", "<5.4", "import_request_variables"),
    feature("~define_syslog_variables (", "<5.4", "define_syslog_variables"),
    feature("~mysql_affected_rows (", "<7.0", "mysql_affected_rows"),
    feature("~mysql_close (", "<7.0", "mysql_close"),
    feature("~mysql_data_seek (", "<7.0", "mysql_data_seek"),
    feature("~mysql_error (", "<7.0", "mysql_error"),
    feature("~mysql_escape_string (", "<7.0", "mysql_escape_string"),
    feature("~mysql_fetch_assoc (", "<7.0", "mysql_fetch_assoc"),
    feature("~mysql_fetch_object (", "<7.0", "mysql_fetch_object"),
    feature("~mysql_fetch_row (", "<7.0", "mysql_fetch_row"),
    feature("~mysql_insert_id (", "<7.0", "mysql_insert_id"),
    feature("~mysql_num_rows (", "<7.0", "mysql_num_rows"),
    feature("~mysql_pconnect (", "<7.0", "mysql_pconnect"),
    feature("~mysql_result (", "<7.0", "mysql_result"),
    feature("~mysql_select_db (", "<7.0", "mysql_select_db"),
    feature("~mysql_set_charset (", "<7.0", "mysql_set_charset"),
    feature("~mssql_connect (", "<7.0", "mssql_connect"),
    feature("~mssql_query (", "<7.0", "mssql_query"),
    feature("~eregi_replace (", "<7.0", "eregi_replace"),
    feature("~spliti (", "<7.0", "spliti"),
    feature("~sql_regcase (", "<7.0", "sql_regcase"),
    feature("~call_user_method (", "<7.0", "call_user_method"),
    feature("~set_socket_blocking (", "<7.0", "set_socket_blocking"),
    feature("~mcrypt_create_iv (", "<7.2", "mcrypt_create_iv"),
    feature("~mcrypt_generic (", "<7.2", "mcrypt_generic"),
    feature("~mcrypt_module_open (", "<7.2", "mcrypt_module_open"),
    feature("~convert_cyr_string (", "<8.0", "convert_cyr_string"),
    feature("~gmp_random (", "<8.0", "gmp_random"),
    feature("~hebrevc (", "<8.0", "hebrevc"),
    feature("~image2wbmp (", "<8.0", "image2wbmp"),
    feature("~jpeg2wbmp (", "<8.0", "jpeg2wbmp"),
    feature(
        "~ldap_control_paged_result (",
        "<8.0",
        "ldap_control_paged_result",
    ),
    feature("~ldap_sort (", "<8.0", "ldap_sort"),
    feature("~mbereg (", "<8.0", "mbereg"),
    feature("~mberegi (", "<8.0", "mberegi"),
    feature("~mbereg_replace (", "<8.0", "mbereg_replace"),
    feature("~png2wbmp (", "<8.0", "png2wbmp"),
    feature("~read_exif_data (", "<8.0", "read_exif_data"),
    feature("~restore_include_path (", "<8.0", "restore_include_path"),
    feature("= & new", "<7.0", "=& new"),
    feature("$ HTTP_RAW_POST_DATA", "<7.0", "$HTTP_RAW_POST_DATA"),
    feature("function __autoload (", "<8.0", "__autoload"),
    feature("$ ID { 0 }", "<8.0", "braces for a character of a text"),
    feature("$ ID { $", "<8.0", "braces for a character of a text"),
];

/// Types and names that a property has before its own.
const VISIBILITY: [&str; 4] = ["public", "protected", "private", "static"];

/// What takes more than words in a row: properties with a type, short functions, parameters that are properties.
pub(super) fn beyond(tokens: &[super::Token<'_>]) -> Vec<(Feature, u32)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = |by: usize| tokens.get(at + by);
        let is = |by: usize, text: &str| next(by).is_some_and(|token| token.is(text));
        if VISIBILITY.contains(&token.text) && !is(1, "static") && !is(1, "function") && !is(1, "const") {
            let rest = tokens.get(at + 1..).unwrap_or(&[]);
            let is_type = |token: &&super::Token<'_>| {
                token.kind == super::Kind::Word || token.is("?") || token.is("\\") || token.is("|")
            };
            let length = rest.iter().take(8).take_while(is_type).count();
            let is_property = rest.get(length).is_some_and(|token| token.is("$"));
            let is_parameter = parameter_of_constructor(tokens, at);
            if is_property && is_parameter {
                found.push((
                    feature("", ">=8.0", "a property declared in the constructor"),
                    token.line,
                ));
            } else if is_property && length > 0 && token.text != "static" {
                let is_union = rest.iter().take(length).any(|token| token.is("|"));
                let since = if is_union { ">=8.0" } else { ">=7.4" };
                found.push((feature("", since, "a property with a type"), token.line));
            }
        }
        if token.is("fn") && is(1, "(") && arrow_follows(tokens, at + 1) {
            found.push((feature("", ">=7.4", "an arrow function"), token.line));
        }
    }
    found
}

/// Whether `(…)` at this place is followed by `=>`, a type between them left out.
fn arrow_follows(tokens: &[super::Token<'_>], open: usize) -> bool {
    let mut depth = 0_u32;
    let rest = tokens.iter().enumerate().skip(open).take(400);
    for (at, token) in rest {
        if token.is("(") {
            depth = depth.saturating_add(1);
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                let after = tokens.get(at + 1..).unwrap_or(&[]);
                let arrow = after.iter().take(8).position(|token| token.is("="));
                return arrow.is_some_and(|arrow| {
                    let is_type = |token: &super::Token<'_>| {
                        token.kind == super::Kind::Word || matches!(token.text, ":" | "?" | "\\" | "|")
                    };
                    after.iter().take(arrow).all(is_type)
                        && after.get(arrow + 1).is_some_and(|token| token.is(">"))
                });
            }
        }
    }
    false
}

/// Whether this place is between the parentheses of `__construct(`.
fn parameter_of_constructor(tokens: &[super::Token<'_>], at: usize) -> bool {
    let before = tokens.get(at.saturating_sub(200)..at).unwrap_or(&[]);
    let mut depth = 0_u32;
    for (back, token) in before.iter().enumerate().rev() {
        if token.is(")") {
            depth = depth.saturating_add(1);
        } else if token.is("(") {
            if depth == 0 {
                let name = back.checked_sub(1).and_then(|at| before.get(at));
                return name.is_some_and(|name| name.is("__construct"));
            }
            depth -= 1;
        } else if depth == 0 && (token.is("{") || token.is(";")) {
            return false;
        }
    }
    false
}
