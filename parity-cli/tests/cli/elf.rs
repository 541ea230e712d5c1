//! An x86-64 program built byte by byte: no compiler is needed, and what it needs is known.

const INTERPRETER: &[u8] = b"/lib64/ld-linux-x86-64.so.2\0";
const DYNAMIC: u64 = 0x200;
const STRINGS: u64 = 0x300;
const NEEDS: u64 = 0x400;
const PATH: u64 = 0x480;
const END: u64 = 0x500;

pub(crate) struct Program {
    version: String,
}

impl Program {
    /// Needs this version of libc.so.6.
    pub(crate) fn needing(version: &str) -> Program {
        Program {
            version: version.to_owned(),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let library = b"libc.so.6\0";
        let name = 1 + library.len() as u64;
        let strings = [b"\0", library.as_slice(), self.version.as_bytes(), b"\0"].concat();
        let mut file = b"\x7fELF\x02\x01\x01".to_vec();
        file.resize(16, 0);
        put(
            &mut file,
            &[(2, 3), (2, 62), (4, 1), (8, 0), (8, 64), (8, 0), (4, 0)],
        );
        put(&mut file, &[(2, 64), (2, 56), (2, 3), (2, 0), (2, 0), (2, 0)]);
        segment(&mut file, 3, PATH, INTERPRETER.len() as u64);
        segment(&mut file, 1, 0, END);
        segment(&mut file, 2, DYNAMIC, 16 * 6);
        file.resize(DYNAMIC as usize, 0);
        for (tag, value) in [
            (1, 1),
            (5, STRINGS),
            (10, strings.len() as u64),
            (0x6fff_fffe, NEEDS),
            (0x6fff_ffff, 1),
            (0, 0),
        ] {
            put(&mut file, &[(8, tag), (8, value)]);
        }
        file.resize(STRINGS as usize, 0);
        file.extend(&strings);
        file.resize(NEEDS as usize, 0);
        put(&mut file, &[(2, 1), (2, 1), (4, 1), (4, 16), (4, 0)]);
        put(&mut file, &[(4, 0), (2, 0), (2, 2), (4, name), (4, 0)]);
        file.resize(PATH as usize, 0);
        file.extend(INTERPRETER);
        file.resize(END as usize, 0);
        file
    }
}

fn segment(file: &mut Vec<u8>, kind: u64, start: u64, size: u64) {
    put(file, &[(4, kind), (4, 4), (8, start), (8, start), (8, start)]);
    put(
        file,
        &[(8, size), (8, size), (8, if kind == 1 { 0x1000 } else { 8 })],
    );
}

/// Numbers of so many bytes, little end first.
fn put(file: &mut Vec<u8>, numbers: &[(usize, u64)]) {
    for (size, number) in numbers {
        file.extend(&number.to_le_bytes()[..*size]);
    }
}
