//! What `parity check` predicts of the settings of MariaDB, against what the server really refuses; then the same after the remedy.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

#[allow(dead_code, reason = "shared with the tests of other servers")]
mod servers;

use servers::case::Case;
use servers::{SECRET, Server, said};

/// MariaDB with a database, what does statements there, and the address of its account.
struct World {
    server: Server,
    target: String,
}

impl World {
    fn new() -> Option<World> {
        let server = Server::mariadb()?;
        let target = format!("mysql://parity@127.0.0.1:{}", server.port);
        let world = World { server, target };
        world.does(&format!(
            "CREATE USER parity@'127.0.0.1' IDENTIFIED BY '{SECRET}'; CREATE DATABASE shop; SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'"
        ));
        Some(world)
    }

    fn does(&self, statement: &str) {
        let made = self.server.mysql(statement);
        assert!(made.status.success(), "{statement}: {}", said(&made));
    }

    fn refuses(&self, statement: &str, words: &str) {
        let answer = said(&self.server.mysql(statement));
        assert!(answer.contains(words), "{statement}: {answer}");
    }

    fn case<'a>(&'a self, file: &'a str, text: &'a str) -> Case<'a> {
        Case {
            file: (file, text),
            dev: "'service.version[mariadb]' = { value = '10.11.2', scheme = 'generic' }\n'mysql.setting[sql_mode]' = 'TRADITIONAL'",
            target: &self.target,
        }
    }
}

#[test]
fn a_file_of_the_client() {
    let Some(world) = World::new() else { return };
    let load = "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE shop.names";
    world.does("CREATE TABLE shop.names (name varchar(99)); SET GLOBAL local_infile = 0");
    world
        .case("seed.sql", load)
        .finds("sql-local-file", "local_infile is off");
    world.refuses(load, "local infile");
    world.does("SET GLOBAL local_infile = 1");
    world.case("seed.sql", load).finds_nothing();
    world.does(load);
}

#[test]
fn an_index_that_is_too_long() {
    let Some(world) = World::new() else { return };
    let table = "CREATE TABLE shop.users (email varchar(255), UNIQUE KEY email (email)) ENGINE=InnoDB CHARSET=utf8mb4";
    world.does("SET GLOBAL innodb_default_row_format = compact");
    world
        .case("users.sql", table)
        .finds("sql-key-too-long", "1020 bytes");
    world.refuses(table, "767 bytes");
    world.does("SET GLOBAL innodb_default_row_format = dynamic");
    world.case("users.sql", table).finds_nothing();
    world.does(table);
}

#[test]
fn a_date_of_zeros() {
    let Some(world) = World::new() else { return };
    let table = "CREATE TABLE shop.log (seen datetime DEFAULT '0000-00-00 00:00:00') ENGINE=InnoDB";
    world.does("SET GLOBAL sql_mode = 'TRADITIONAL'");
    world
        .case("log.sql", table)
        .finds("sql-zero-date", "NO_ZERO_DATE");
    world.refuses(table, "Invalid default value");
    world.does("SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'");
    world.case("log.sql", table).finds_nothing();
    world.does(table);
}

#[test]
fn a_table_with_other_capitals() {
    let Some(world) = World::new() else { return };
    let spelled = "CREATE TABLE orders (id int) ENGINE=InnoDB; SELECT id FROM Orders";
    world
        .case("orders.sql", spelled)
        .finds("sql-table-spelling", "orders.sql uses the table Orders");
    world.refuses(
        &format!("USE shop; {spelled}"),
        "Table 'shop.Orders' doesn't exist",
    );
    let same = spelled.replace("Orders", "orders");
    world.case("orders.sql", &same).finds_nothing();
    world.does("SELECT id FROM shop.orders");
}

#[test]
fn what_it_has_not_of_mysql() {
    let Some(world) = World::new() else { return };
    let account = "CREATE USER app@localhost IDENTIFIED WITH caching_sha2_password";
    world
        .case("init.sql", account)
        .finds("sql-account-plugin", "caching_sha2_password");
    world.refuses(account, "is not loaded");
    for (statement, what) in [
        ("SELECT CAST(TRUE AS JSON) FROM `shop`.`t`", "CAST … AS JSON"),
        ("SELECT `a`->>'$.b' FROM `shop`.`t`", "the operator ->>"),
        (
            "CREATE TABLE `shop`.`e` (a int, INDEX low ((a + 1)))",
            "an index on an expression",
        ),
    ] {
        world.case("json.sql", statement).finds("sql-refused", what);
        world.refuses(statement, "You have an error in your SQL syntax");
    }
}

#[test]
fn an_event_that_nothing_starts() {
    let Some(world) = World::new() else { return };
    let event = "CREATE EVENT clean ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.names";
    world
        .case("event.sql", event)
        .finds("sql-event-idle", "event_scheduler is off");
    world.does("SET GLOBAL event_scheduler = ON");
    world.case("event.sql", event).finds_nothing();
}
