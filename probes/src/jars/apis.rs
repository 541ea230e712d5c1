//! Packages and methods that releases of Java have removed, or do not let applications use any more.
//!
//! Sources: JEP 320 (<https://openjdk.org/jeps/320>), JEP 372 (<https://openjdk.org/jeps/372>), JEP 367
//! (<https://openjdk.org/jeps/367>), JEP 407 (<https://openjdk.org/jeps/407>), JEP 260 (<https://openjdk.org/jeps/260>), JEP 396
//! (<https://openjdk.org/jeps/396>), JEP 411 and 486 (<https://openjdk.org/jeps/486>), JEP 504 (<https://openjdk.org/jeps/504>), and
//! the notes for migration (<https://docs.oracle.com/en/java/javase/21/migrate/removed-apis.html>).

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
pub const REMOVED: [Removed; 21] = [
    removed("com/sun/awt/AWTUtilities", 11),
    removed("com/sun/image/codec/jpeg/", 9),
    removed("com/sun/net/ssl/", 13),
    removed("java/applet/", 26),
    removed("java/rmi/activation/", 17),
    removed("java/util/jar/Pack200", 14),
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
    removed("sun/misc/BASE64", 9),
    removed("sun/misc/Launcher", 9),
];

/// A method that a release of Java removed, or lets fail whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    class: &'static str,
    method: &'static str,
    /// First feature release on which it does not work.
    pub since: i64,
}

const fn ended(class: &'static str, method: &'static str, since: i64) -> Ended {
    Ended { class, method, since }
}

/// All of them, sorted.
pub const ENDED: [Ended; 16] = [
    ended("java/lang/Runtime", "runFinalizersOnExit", 11),
    ended("java/lang/SecurityManager", "checkAwtEventQueueAccess", 11),
    ended("java/lang/SecurityManager", "checkMemberAccess", 11),
    ended("java/lang/SecurityManager", "checkSystemClipboardAccess", 11),
    ended("java/lang/SecurityManager", "checkTopLevelWindow", 11),
    ended("java/lang/System", "runFinalizersOnExit", 11),
    ended("java/lang/System", "setSecurityManager", 18),
    ended("java/lang/Thread", "countStackFrames", 14),
    ended("java/lang/Thread", "destroy", 11),
    ended("java/lang/Thread", "resume", 20),
    ended("java/lang/Thread", "stop", 20),
    ended("java/lang/Thread", "suspend", 20),
    ended("sun/misc/Unsafe", "defineAnonymousClass", 17),
    ended("sun/misc/Unsafe", "defineClass", 11),
    ended("sun/misc/Unsafe", "tryMonitorEnter", 9),
    ended("sun/reflect/Reflection", "getCallerClass", 11),
];

impl Ended {
    /// Whether a call is one of it.
    pub(super) fn is(&self, class: &str, method: &str) -> bool {
        self.class == class && self.method == method
    }

    /// As it is written in source code.
    #[cfg(feature = "collect")]
    pub(super) fn name(&self) -> String {
        let class = self.class.rsplit('/').next().unwrap_or(self.class);
        format!("{class}.{}", self.method)
    }
}

/// Packages below which Java 16 and newer let no application reach, and the module they are in (JEP 396).
const INTERNAL: [(&str, &str); 22] = [
    ("com/sun/crypto/provider/", "java.base"),
    ("com/sun/jndi/", "java.naming"),
    ("com/sun/media/sound/", "java.desktop"),
    ("com/sun/org/apache/", "java.xml"),
    ("com/sun/rowset/", "java.sql.rowset"),
    ("com/sun/tools/javac/", "jdk.compiler"),
    ("sun/awt/", "java.desktop"),
    ("sun/font/", "java.desktop"),
    ("sun/invoke/", "java.base"),
    ("sun/java2d/", "java.desktop"),
    ("sun/jvmstat/", "jdk.internal.jvmstat"),
    ("sun/management/", "java.management"),
    ("sun/net/", "java.base"),
    ("sun/nio/", "java.base"),
    ("sun/print/", "java.desktop"),
    ("sun/reflect/annotation/", "java.base"),
    ("sun/reflect/generics/", "java.base"),
    ("sun/rmi/", "java.rmi"),
    ("sun/security/", "java.base"),
    ("sun/swing/", "java.desktop"),
    ("sun/text/", "java.base"),
    ("sun/util/", "java.base"),
];

/// Other modules for packages below those.
const IN_OTHERS: [(&str, &str); 5] = [
    ("com/sun/org/apache/xml/internal/security/", "java.xml.crypto"),
    ("sun/security/jgss/", "java.security.jgss"),
    ("sun/security/krb5/", "java.security.jgss"),
    ("sun/security/pkcs11/", "jdk.crypto.cryptoki"),
    ("sun/security/tools/jarsigner/", "jdk.jartool"),
];

/// The module and package of a class of the Java runtime that is not for applications, as `java.base/sun.security.x509`.
pub(super) fn internal(class: &str) -> Option<String> {
    let (_, module) = IN_OTHERS
        .iter()
        .chain(&INTERNAL)
        .find(|(package, _)| class.starts_with(package))?;
    // The entry of the compiler itself is for everybody.
    let (package, _) = class.rsplit_once('/')?;
    (package != "com/sun/tools/javac").then(|| format!("{module}/{}", package.replace('/', ".")))
}

/// Names by which applications ask for the script engine that Java 15 removed (JEP 372).
pub(super) const NAMES_OF_NASHORN: [&str; 6] = [
    "JavaScript",
    "Nashorn",
    "ecmascript",
    "javascript",
    "js",
    "nashorn",
];

impl Removed {
    /// As it is written in source code.
    #[cfg(feature = "collect")]
    pub(super) fn name(&self) -> String {
        self.package.trim_end_matches('/').replace('/', ".")
    }
}
