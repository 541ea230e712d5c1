use proptest::prelude::*;

use super::*;

fn needs(text: &str) -> Vec<String> {
    let file = sql_file(text).unwrap_or_else(|line| panic!("line {line}: {text}"));
    let needs = file.needs.into_iter();
    needs
        .map(|((server, feature), (since, line))| format!("{server} {since} {feature} {line}"))
        .collect()
}

fn extensions(text: &str) -> Vec<String> {
    sql_file(text).unwrap().extensions.into_keys().collect()
}

#[test]
fn the_table_is_sorted() {
    assert!(FEATURES.is_sorted_by(|a, b| a.words < b.words));
}

#[test]
fn a_dump_of_postgresql_17() {
    let text = "-- Dumped by pg_dump version 17.2\nSET statement_timeout = 0;\nSET transaction_timeout = 0;\n\
                CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public;\ncreate extension Vector;\n";
    assert_eq!(needs(text), ["postgresql 17 SET TRANSACTION_TIMEOUT 3"]);
    assert_eq!(extensions(text), ["uuid-ossp", "vector"]);
}

#[test]
fn a_dump_of_mysql_8() {
    let text = "CREATE TABLE `t` (`id` int NOT NULL AUTO_INCREMENT) ENGINE=InnoDB \
                DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;\n";
    assert_eq!(
        needs(text),
        ["mariadb 11.4.5 UTF8MB4_0900_* 1", "mysql 8.0 UTF8MB4_0900_* 1"]
    );
}

#[test]
fn what_is_quoted_is_no_use() {
    for text in [
        "-- gen_random_uuid()\n/* MERGE INTO\n */ SELECT 'it''s JSON_TABLE(', \"row_number\" FROM t;",
        "CREATE FUNCTION f() RETURNS void AS $body$ SELECT gen_random_uuid(); $body$ LANGUAGE plpgsql;",
        "CREATE EXTENSION pgcrypto; SELECT gen_random_uuid();",
        "SELECT uuid_generate_v4(), json_build_object('a', $1);",
    ] {
        assert_eq!(needs(text), [""; 0], "{text}");
    }
    assert_eq!(sql_file("SELECT 1;\nSELECT 'a").unwrap_err(), 2);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = sql_file(&text);
    }

    #[test]
    fn no_mixture_panics(text in "[-a-z$'\"`/*!:;( \n\\\\]{0,100}") {
        let _ = sql_file(&text);
    }
}
