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
fn another_server_has_features_of_its_own() {
    let merge = "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE;";
    assert_eq!(needs(merge).len(), 2);
    for text in [
        format!("CREATE PROCEDURE [dbo].[Update] @Id UNIQUEIDENTIFIER AS BEGIN SET NOCOUNT ON {merge} END"),
        format!("CREATE TABLE t (a VARCHAR2(10)); {merge}"),
    ] {
        assert_eq!(needs(&text), [""; 0], "{text}");
    }
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

fn refused(text: &str) -> Vec<String> {
    let refused = sql_file(text).unwrap().refused;
    refused
        .into_keys()
        .map(|(server, what)| format!("{server} {what}"))
        .collect()
}

#[test]
fn what_servers_refuse() {
    assert_eq!(
        refused("CREATE TABLE a (id int UNSIGNED, rank int)"),
        ["mysql the name RANK"]
    );
    assert_eq!(refused("CREATE TABLE a (id int UNSIGNED, `rank` int)"), [""; 0]);
    assert_eq!(
        refused("CREATE TABLE groups (id int AUTO_INCREMENT)"),
        ["mysql the name GROUPS"]
    );
    assert_eq!(
        refused("SELECT rank() OVER (ORDER BY a), lag(b) OVER w FROM t WINDOW w AS (ORDER BY c)"),
        [""; 0]
    );
    assert_eq!(
        refused("INSERT INTO `a` (b, system) VALUES (1, 2)"),
        ["mysql the name SYSTEM"]
    );
    assert_eq!(
        refused("GRANT ALL ON `a`.* TO 'b' IDENTIFIED BY 'c'"),
        ["mysql GRANT … IDENTIFIED BY"]
    );
    assert_eq!(
        refused("CREATE USER 'b' IDENTIFIED BY 'c'; GRANT ALL ON `a`.* TO 'b'"),
        [""; 0]
    );
    assert_eq!(
        refused("ALTER TABLE `a` ADD COLUMN IF NOT EXISTS b int"),
        ["mysql ADD COLUMN IF NOT EXISTS"]
    );
    assert_eq!(refused("ALTER TABLE a ADD COLUMN IF NOT EXISTS b jsonb"), [""; 0]);
    assert_eq!(
        refused("/*!50003 SET sql_mode = 'NO_AUTO_CREATE_USER' */;"),
        ["mysql sql_mode NO_AUTO_CREATE_USER"]
    );
}

#[cfg(feature = "collect")]
#[test]
fn sql_in_sources() {
    use crate::language::Dialect;
    let ruby = "class A\n  def up\n    execute <<-SQL\n      CREATE TRIGGER t AFTER DELETE ON a\n      EXECUTE FUNCTION f();\n    SQL\n    puts \"don't\"\n  end\nend\n";
    let sql = super::embedded::statements(ruby, Dialect::Ruby, true);
    assert_eq!(needs(&sql), ["postgresql 11 EXECUTE FUNCTION 5"]);
    let knex = "t.uuid('id').defaultTo(knex.raw('gen_random_uuid()'));";
    let sql = |is_migration| super::embedded::statements(knex, Dialect::JavaScript, is_migration);
    assert_eq!(needs(&sql(true)), ["postgresql 13 GEN_RANDOM_UUID 1"]);
    assert_eq!(needs(&sql(false)), [""; 0]);
    let django = "operations = [CryptoExtension(), CreateExtension('vector')]";
    let sql = super::embedded::statements(django, Dialect::Python, true);
    assert_eq!(extensions(&sql), ["pgcrypto", "vector"]);
}

#[test]
fn names_that_are_reserved_in_queries() {
    assert_eq!(
        refused("SELECT id FROM `a` ORDER BY rank"),
        ["mysql the name RANK"]
    );
    assert_eq!(refused("SELECT a, rank, b FROM c"), ["mysql the name RANK"]);
    assert_eq!(refused("SELECT a FROM c WHERE rank > 1"), ["mysql the name RANK"]);
    assert_eq!(
        refused("SELECT rank() OVER (PARTITION BY a ORDER BY b) AS r FROM c"),
        [""; 0]
    );
    assert_eq!(
        refused("SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM c"),
        [""; 0]
    );
}

#[test]
fn windows_after_names_in_quotes() {
    assert_eq!(
        refused("SELECT rank() OVER w FROM `a` WINDOW w AS (ORDER BY b)"),
        [""; 0]
    );
}

#[test]
fn functions_that_are_dropped_by_name_alone() {
    assert_eq!(
        needs("DROP FUNCTION IF EXISTS public.f CASCADE;"),
        ["postgresql 10 DROP FUNCTION without arguments 1"]
    );
    assert_eq!(needs("DROP FUNCTION f(int);"), [""; 0]);
    assert_eq!(needs("DELIMITER $$ DROP FUNCTION IF EXISTS f $$"), [""; 0]);
}

#[cfg(feature = "collect")]
#[test]
fn sql_in_changelogs() {
    let text = "<databaseChangeLog>\n<changeSet>\n<sql splitStatements=\"true\">\nSELECT gen_random_uuid();\n</sql>\n\
                <column defaultValueComputed=\"gen_random_uuid()\"/></changeSet></databaseChangeLog>";
    let sql = super::embedded::of_changelog(text);
    assert_eq!(needs(&sql), ["postgresql 13 GEN_RANDOM_UUID 4"]);
    for end in 0..text.len() {
        let _ = super::embedded::of_changelog(&text[..end]);
    }
}
