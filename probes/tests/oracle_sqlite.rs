//! Databases that SQLite itself wrote at random (page sizes, deletions, vacuum, logs in every state) against what
//! SQLite reads from them.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![cfg(feature = "collect")]
#![allow(clippy::print_stderr, reason = "says what is skipped")]

use std::process::Command;

/// Writes 60 databases with their logs as they are on disk, each with the names that SQLite reads, in order.
const WRITE: &str = r#"
import os, random, shutil, sqlite3, struct, sys
random.seed(7)

def header(name, size):
    tags = [(1000, name), (1001, '1'), (1002, '2'), (1005, 'x' * size)]
    index = data = b''
    for tag, value in tags:
        index += struct.pack('>4I', tag, 6, len(data), 1)
        data += value.encode() + b'\0'
    return struct.pack('>2I', len(tags), len(data)) + index + data

for number in range(60):
    folder = os.path.join(sys.argv[1], str(number))
    os.mkdir(folder)
    live = os.path.join(folder, 'live')
    c = sqlite3.connect(live, isolation_level=None)
    run = c.execute
    run('pragma page_size=%d' % random.choice([512, 1024, 4096, 65536]))
    run('pragma auto_vacuum=%d' % random.choice([0, 1, 2]))
    if random.random() < .8:
        run('pragma journal_mode=wal')
        run('pragma wal_autocheckpoint=%d' % random.choice([0, 3, 20, 1000]))
    run('create table Junk (a)')
    run("create table 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
    count = 0
    for _ in range(random.randint(0, 20)):
        run('begin')
        for _ in range(random.randint(1, 20)):
            count += 1
            size = random.choice([0, 10, 300, 420, 1000, 3900, 70000, random.randint(0, 3000)])
            blob = header('p%d' % count, size)
            kind = random.random()
            if kind < .6:
                run('insert into Packages (blob) values (?)', (blob,))
            elif kind < .75:
                run('delete from Packages where hnum in (select hnum from Packages order by random() limit 3)')
            elif kind < .85:
                run('update Packages set blob = ? where hnum = (select min(hnum) from Packages)', (blob,))
            elif kind < .9:
                run('insert or ignore into Packages values (?, ?)', (random.randint(-5, 2 ** 62), blob))
            else:
                run('insert into Junk values (?)', ('y' * size,))
        run(random.choice(['commit', 'commit', 'commit', 'rollback']))
        if random.random() < .1:
            run(random.choice(['vacuum', 'pragma incremental_vacuum']))
        if random.random() < .1:
            run('pragma wal_checkpoint(%s)' % random.choice(['passive', 'full', 'restart', 'truncate']))
    if random.random() < .3 and os.path.exists(live + '-wal'):
        run('pragma cache_size=5')
        run('begin')
        for _ in range(60):
            run('insert into Packages (blob) values (?)', (header('not-committed', 3000),))
    for end in ['', '-wal']:
        if os.path.exists(live + end):
            shutil.copy(live + end, os.path.join(folder, 'db' + end))
    reader = sqlite3.connect(live)
    with open(os.path.join(folder, 'names'), 'w') as names:
        for (blob,) in reader.execute('select blob from Packages order by hnum'):
            names.write(blob[72:blob.index(b'\0', 72)].decode() + '\n')
    reader.close()
    c.close()
"#;

#[test]
fn reads_what_sqlite_reads() {
    let folder = tempfile::tempdir().unwrap();
    let Ok(output) = Command::new("python3")
        .args(["-c", WRITE])
        .arg(folder.path())
        .output()
    else {
        eprintln!("skipped: no python3");
        return;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (mut rows, mut logs) = (0, 0);
    for number in 0..60 {
        let file = |name: &str| std::fs::read(folder.path().join(number.to_string()).join(name));
        let log = file("db-wal").ok();
        let packages = parity_probes::rpm::parse_sqlite(&file("db").unwrap(), log.as_deref()).unwrap();
        let names: String = packages
            .iter()
            .map(|package| format!("{}\n", package.name))
            .collect();
        assert_eq!(
            names,
            String::from_utf8(file("names").unwrap()).unwrap(),
            "database {number}"
        );
        rows += packages.len();
        logs += usize::from(log.is_some_and(|log| !log.is_empty()));
    }
    eprintln!("sqlite: {rows} rows of 60 databases, {logs} with a log");
    assert!(rows > 500 && logs > 10);
}
