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

fn asked(text: &str) -> Settings {
    sql_file(text).unwrap().settings
}

fn long(text: &str) -> Vec<String> {
    let keys = asked(text).long_keys.into_iter();
    keys.map(|(index, key)| format!("{index} {} {} {}", key.bytes, key.row_format, key.line))
        .collect()
}

#[test]
fn indexes_have_the_bytes_of_their_longest_column() {
    let dump = "CREATE TABLE IF NOT EXISTS `shop`.`users` (\n `id` int unsigned NOT NULL,\n \
        `email` varchar(255) COLLATE utf8mb4_unicode_ci NOT NULL COMMENT 'a, b)',\n `code` varchar(64) CHARACTER SET latin1,\n \
        PRIMARY KEY (`id`),\n UNIQUE KEY `users_email_unique` (`email`,`code`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;";
    assert_eq!(long(dump), ["users.users_email_unique 1020 default 6"]);
    for (text, expected) in [
        (
            "CREATE TABLE t (a varchar(256) UNIQUE) CHARACTER SET utf8",
            "t.a 768 default 1",
        ),
        (
            "CREATE TABLE t (a varchar(255) PRIMARY KEY) ROW_FORMAT=COMPACT CHARSET utf8mb4",
            "t.a 1020 compact 1",
        ),
        (
            "CREATE TABLE t (a varchar(255), CONSTRAINT u UNIQUE (a)) COLLATE=utf8mb4_bin",
            "t.u 1020 default 1",
        ),
        (
            "CREATE TABLE t (a text, UNIQUE (a(200))) CHARSET=utf8mb4",
            "t.PRIMARY 800 default 1",
        ),
        (
            "CREATE TABLE t (a varchar(200)) CHARSET=utf8mb4; ALTER TABLE t ADD UNIQUE KEY u (a)",
            "t.u 800 default 1",
        ),
        (
            "CREATE TABLE t (a varchar(200)) CHARSET=utf8mb4; CREATE UNIQUE INDEX u ON t (a)",
            "t.u 800 default 1",
        ),
        (
            "CREATE TABLE t (a varbinary(1000), UNIQUE u (a)) CHARSET=ascii",
            "t.u 1000 default 1",
        ),
    ] {
        assert_eq!(long(text), [expected], "{text}");
    }
}

#[test]
fn short_indexes_and_unknown_character_sets_are_passed_over() {
    for text in [
        "CREATE TABLE t (a varchar(191), UNIQUE u (a)) CHARSET=utf8mb4",
        "CREATE TABLE t (a varchar(255), UNIQUE u (a))",
        "CREATE TABLE t (a varchar(255), UNIQUE u (a(100))) CHARSET=utf8mb4",
        "CREATE TABLE t (a varchar(255), KEY k (a)) CHARSET=utf8mb4",
        "CREATE TABLE t (a varchar(255), UNIQUE u (a)) ENGINE=MyISAM CHARSET=utf8mb4",
        "CREATE TABLE t (a varchar(255) CHARACTER SET latin1, UNIQUE u (a)) CHARSET=utf8mb4",
        "CREATE TABLE t (a varchar(255), UNIQUE (",
    ] {
        assert_eq!(long(text), [""; 0], "{text}");
    }
}

#[test]
fn what_depends_on_settings() {
    assert_eq!(
        asked("\nLOAD DATA CONCURRENT LOCAL INFILE 'a.csv' INTO TABLE t;").local_file,
        Some(2)
    );
    assert_eq!(
        asked("SET GLOBAL local_infile = 1; LOAD DATA LOCAL INFILE 'a' INTO TABLE t").local_file,
        None
    );
    assert_eq!(asked("LOAD DATA INFILE 'a.csv' INTO TABLE t").local_file, None);
    let files = asked(
        "SELECT 1 INTO OUTFILE '/tmp/a'; LOAD DATA INFILE '/srv/b' INTO TABLE t; LOAD DATA LOCAL INFILE '/c' INTO TABLE t",
    );
    assert!(files.server_files.into_keys().eq(["/srv/b", "/tmp/a"]));
    let zero = "CREATE TABLE t (a datetime DEFAULT '0000-00-00 00:00:00')";
    assert_eq!(asked(zero).zero_date, Some(1));
    assert_eq!(
        asked(&format!(
            "/*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;{zero}"
        ))
        .zero_date,
        None
    );
    assert_eq!(asked("INSERT INTO t VALUES (1, '0000-00-00')").zero_date, Some(1));
    assert_eq!(asked("SELECT * FROM t WHERE a = '0000-00-00'").zero_date, None);
    let users = asked(
        "CREATE USER a IDENTIFIED WITH 'mysql_native_password' BY 'x'; CREATE USER b IDENTIFIED BY 'y'",
    );
    assert!(users.plugins.into_keys().eq(["mysql_native_password"]));
}

#[test]
fn routines_that_say_nothing_of_data() {
    let functions = |text: &str| asked(text).functions.into_keys().collect::<Vec<_>>();
    assert_eq!(
        functions("CREATE DEFINER=`a`@`b` FUNCTION `f`() RETURNS int BEGIN RETURN 1; END"),
        ["f"]
    );
    for text in [
        "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1",
        "CREATE FUNCTION f() RETURNS int READS SQL DATA BEGIN RETURN 1; END",
        "CREATE FUNCTION f RETURNS STRING SONAME 'udf.so'",
        "CREATE FUNCTION f() RETURNS trigger AS $$ $$ LANGUAGE plpgsql",
    ] {
        assert_eq!(functions(text), [""; 0], "{text}");
    }
    let triggers = |text: &str| asked(text).triggers.into_keys().collect::<Vec<_>>();
    assert_eq!(
        triggers("CREATE TRIGGER t1 AFTER INSERT ON t FOR EACH ROW UPDATE u SET n = 1"),
        ["t1"]
    );
    assert_eq!(
        triggers("CREATE TRIGGER t1 AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"),
        [""; 0]
    );
}

#[test]
fn events_that_something_has_to_start() {
    let events = |text: &str| asked(text).events.into_keys().collect::<Vec<_>>();
    let event = "CREATE EVENT IF NOT EXISTS clean ON SCHEDULE EVERY 1 DAY DO DELETE FROM t";
    assert_eq!(events(event), ["clean"]);
    assert_eq!(
        events(&format!("SET GLOBAL event_scheduler = ON; {event}")),
        [""; 0]
    );
}

#[test]
fn tables_under_two_spellings() {
    let schema = asked(
        "CREATE TABLE migrations (id int) ENGINE=InnoDB; CREATE TABLE Orders (id int); CREATE VIEW v AS SELECT 1",
    );
    let code = asked(
        "SELECT a FROM Migrations; UPDATE shop.orders SET a = 1; WITH x AS (SELECT 1) SELECT * FROM x; SELECT * FROM V",
    );
    let files = [("a.sql", &schema), ("b.php", &code)];
    let found = spelling::spellings(&files).into_iter();
    let told: Vec<_> = found
        .map(|found| format!("{} {} {}", found.file, found.used, found.created))
        .collect();
    assert_eq!(
        told,
        ["b.php Migrations migrations", "b.php V v", "b.php orders Orders"]
    );
    assert!(asked("CREATE TABLE a (id serial, b jsonb)").created.is_empty());
}

#[cfg(feature = "collect")]
#[test]
fn indexes_of_laravel() {
    use super::laravel::{laravel, long_keys};
    let migration = "<?php\nSchema::create('users', function (Blueprint $table) {\n  $table->id();\n  $table->string('email')->unique();\n\
        $table->string('code', 100)->unique();\n  $table->string('name');\n  // $table->string('old')->unique();\n});\n";
    let configuration = "<?php return ['mysql' => ['charset' => 'utf8mb4', 'engine' => null]];";
    let of = |path: &str, text: &str| laravel(path, text).unwrap();
    let (keys, chosen) = (
        of("database/migrations/1.php", migration),
        of("config/database.php", configuration),
    );
    let found = |sources: &[(&str, &laravel::Laravel)]| {
        let keys = long_keys(sources).into_iter();
        keys.map(|(path, index, key)| format!("{path} {index} {} {} {}", key.bytes, key.row_format, key.line))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(&[("a", &keys), ("b", &chosen)]),
        ["a users.email 1020 default 4"]
    );
    assert_eq!(found(&[("a", &keys)]), [""; 0]);
    let shorter = of(
        "app/Providers/AppServiceProvider.php",
        "Schema::defaultStringLength(191);",
    );
    assert_eq!(found(&[("a", &keys), ("b", &chosen), ("c", &shorter)]), [""; 0]);
}

#[test]
fn versions_of_extensions() {
    let file = sql_file(
        "CREATE INDEX ON t USING HNSW (e vector_cosine_ops); SELECT ST_AsMVT(q) FROM q; -- halfvec(3)",
    )
    .unwrap();
    let told: Vec<_> = file
        .of_extensions
        .into_iter()
        .map(|((of, used), (since, line))| format!("{of} {used} {since} {line}"))
        .collect();
    assert_eq!(told, ["postgis ST_ASMVT 2.4 1", "vector USING HNSW 0.5.0 1"]);
}

#[test]
fn what_mariadb_has_not_of_json() {
    let refused = |text: &str| {
        sql_file(text)
            .unwrap()
            .refused
            .into_keys()
            .filter(|(of, _)| *of == "mariadb")
            .map(|(_, what)| what)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        refused("ALTER TABLE `i` ADD `p` CHAR(9) GENERATED ALWAYS AS (status->>\"$.phase\")"),
        ["the operator ->>"]
    );
    assert_eq!(
        refused("ALTER TABLE `i` ADD `p` CHAR(9) AS (status->>\\\"$.phase\\\")"),
        ["the operator ->>"]
    );
    assert_eq!(
        refused("SELECT a->'$.b', CAST(TRUE AS JSON) FROM `t`"),
        ["CAST … AS JSON", "the operator ->"]
    );
    assert_eq!(
        refused("CREATE TABLE t (a int, INDEX low ((lower(b)))) ENGINE=InnoDB"),
        ["an index on an expression"]
    );
    assert_eq!(
        refused("SELECT data->>'name' FROM t; SELECT `a` - 1 > 2"),
        [""; 0]
    );
}

#[cfg(feature = "collect")]
#[test]
fn a_collation_counts_where_a_setting_chooses_it() {
    let names = |path: &str, text: &str| {
        collations::chosen(path, text)
            .into_iter()
            .map(|(name, line)| format!("{name} {line}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(".env", "DB_COLLATION=utf8mb4_uca1400_ai_ci\n"),
        ["utf8mb4_uca1400_ai_ci 1"]
    );
    let rails =
        "development:\n  collation: utf8mb4_0900_ai_ci\nproduction:\n  collation: utf8mb4_unicode_ci\n";
    assert_eq!(names("config/database.yml", rails), [""; 0]);
    let laravel = "<?php return [\n'default' => env('DB_CONNECTION', 'mysql'),\n'mysql' => [\n'driver' => 'mysql',\n\
        'collation' => env('DB_COLLATION', 'utf8mb4_0900_ai_ci'),\n],\n'mariadb' => [\n'driver' => 'mariadb',\n\
        'collation' => 'utf8mb4_uca1400_ai_ci',\n],\n];";
    assert_eq!(names("config/database.php", laravel), ["utf8mb4_0900_ai_ci 5"]);
    assert_eq!(
        collations::servers("utf8mb4_uca1400_ai_ci"),
        [("mariadb", Some("10.10")), ("mysql", None)]
    );
}
