//! Packages that releases of Java have removed.
//!
//! Sources: JEP 320 (<https://openjdk.org/jeps/320>), JEP 372 (<https://openjdk.org/jeps/372>), JEP 367
//! (<https://openjdk.org/jeps/367>), JEP 407 (<https://openjdk.org/jeps/407>).

/// A package that a release of Java removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// The package, with those below it, as it stands in class files.
    pub package: &'static str,
    /// First feature release without it.
    pub since: i64,
}

const fn removed(package: &'static str, since: i64) -> Removed {
    Removed { package, since }
}

/// All of them, sorted.
pub const REMOVED: [Removed; 14] = [
    removed("java/rmi/activation/", 17),
    removed("javax/activation/", 11),
    removed("javax/activity/", 11),
    removed("javax/jws/", 11),
    removed("javax/rmi/CORBA/", 11),
    removed("javax/xml/bind/", 11),
    removed("javax/xml/soap/", 11),
    removed("javax/xml/ws/", 11),
    removed("jdk/nashorn/", 15),
    removed("org/omg/CORBA/", 11),
    removed("org/omg/CosNaming/", 11),
    removed("org/omg/Dynamic/", 11),
    removed("org/omg/IOP/", 11),
    removed("org/omg/PortableServer/", 11),
];

impl Removed {
    /// As it is written in source code.
    #[cfg(feature = "collect")]
    pub(super) fn name(&self) -> String {
        self.package.trim_end_matches('/').replace('/', ".")
    }
}
