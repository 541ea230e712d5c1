//! Modules of Perl that are not always there: what distributions split from Perl, and what is often used of CPAN.
//!
//! Sources: <https://packages.debian.org/>, `perl-core` of Fedora
//! (<https://docs.fedoraproject.org/en-US/packaging-guidelines/Perl/>), <https://perldoc.perl.org/modules>.

use std::collections::BTreeMap;

/// A module, and the package of Debian that has it.
#[rustfmt::skip]
pub(crate) const MODULES: [(&str, &str); 124] = [
    ("Algorithm::Diff", "libalgorithm-diff-perl"), ("AnyEvent", "libanyevent-perl"),
    ("Archive::Tar", "perl"), ("Archive::Zip", "libarchive-zip-perl"), ("Authen::SASL", "libauthen-sasl-perl"),
    ("B::Debug", "libb-debug-perl"), ("Benchmark", "perl"), ("CGI", "libcgi-pm-perl"), ("CGI::Session", "libcgi-session-perl"),
    ("CPAN", "perl"), ("Cache::Memcached", "libcache-memcached-perl"), ("Catalyst", "libcatalyst-perl"),
    ("Capture::Tiny", "libcapture-tiny-perl"), ("Class::Accessor", "libclass-accessor-perl"),
    ("Compress::Raw::Zlib", "perl"), ("Compress::Zlib", "perl"), ("Config::General", "libconfig-general-perl"),
    ("Config::IniFiles", "libconfig-inifiles-perl"), ("Config::Tiny", "libconfig-tiny-perl"), ("Crypt::CBC", "libcrypt-cbc-perl"),
    ("Crypt::SSLeay", "libcrypt-ssleay-perl"), ("DBD::Pg", "libdbd-pg-perl"), ("DBD::SQLite", "libdbd-sqlite3-perl"),
    ("DBD::mysql", "libdbd-mysql-perl"), ("DBI", "libdbi-perl"), ("DBIx::Class", "libdbix-class-perl"),
    ("DB_File", "perl"), ("Dancer", "libdancer-perl"), ("Dancer2", "libdancer2-perl"), ("Data::Dumper", "perl"),
    ("Date::Calc", "libdate-calc-perl"), ("Date::Manip", "libdate-manip-perl"), ("Date::Parse", "libtimedate-perl"),
    ("DateTime", "libdatetime-perl"), ("DateTime::Format::Strptime", "libdatetime-format-strptime-perl"),
    ("Devel::Peek", "perl"), ("Digest::HMAC_SHA1", "libdigest-hmac-perl"), ("Digest::MD5", "perl"), ("Digest::SHA", "perl"),
    ("Digest::SHA1", "libdigest-sha1-perl"), ("Email::MIME", "libemail-mime-perl"), ("Email::Sender", "libemail-sender-perl"),
    ("Encode", "perl"), ("English", "perl"), ("Env", "perl"), ("Excel::Writer::XLSX", "libexcel-writer-xlsx-perl"),
    ("Expect", "libexpect-perl"), ("File::Basename", "perl"), ("File::Compare", "perl"), ("File::Copy", "perl"),
    ("File::Find", "perl"), ("File::Find::Rule", "libfile-find-rule-perl"), ("File::Path", "perl"),
    ("File::Slurp", "libfile-slurp-perl"), ("File::Temp", "perl"), ("File::Which", "libfile-which-perl"), ("FindBin", "perl"),
    ("GD", "libgd-perl"), ("Getopt::Long", "perl"), ("Getopt::Std", "perl"), ("HTML::Entities", "libhtml-parser-perl"),
    ("HTML::Parser", "libhtml-parser-perl"), ("HTML::Template", "libhtml-template-perl"),
    ("HTML::TreeBuilder", "libhtml-tree-perl"), ("HTTP::Request", "libhttp-message-perl"),
    ("HTTP::Request::Common", "libhttp-message-perl"), ("HTTP::Tiny", "perl"), ("IO::Compress::Gzip", "perl"),
    ("IO::Socket::INET6", "libio-socket-inet6-perl"), ("IO::Socket::SSL", "libio-socket-ssl-perl"), ("IO::Zlib", "perl"),
    ("IPC::Cmd", "perl"), ("IPC::Run", "libipc-run-perl"), ("IPC::Run3", "libipc-run3-perl"), ("IPC::System::Simple", "libipc-system-simple-perl"),
    ("Image::Magick", "libimage-magick-perl"), ("JSON", "libjson-perl"), ("JSON::MaybeXS", "libjson-maybexs-perl"), ("JSON::PP", "perl"),
    ("JSON::XS", "libjson-xs-perl"), ("LWP::Protocol::https", "liblwp-protocol-https-perl"), ("LWP::Simple", "libwww-perl"),
    ("LWP::UserAgent", "libwww-perl"), ("List::MoreUtils", "liblist-moreutils-perl"), ("Locale::Maketext", "perl"), ("Log::Log4perl", "liblog-log4perl-perl"),
    ("MIME::Base64", "perl"), ("MIME::Lite", "libmime-lite-perl"), ("Mail::Sendmail", "libmail-sendmail-perl"),
    ("Math::BigInt", "perl"), ("Mojolicious", "libmojolicious-perl"), ("Moo", "libmoo-perl"), ("Moose", "libmoose-perl"),
    ("Net::DNS", "libnet-dns-perl"), ("Net::LDAP", "libnet-ldap-perl"), ("Net::OpenSSH", "libnet-openssh-perl"), ("Net::SMTP", "perl"),
    ("Net::SNMP", "libnet-snmp-perl"), ("Net::SSH2", "libnet-ssh2-perl"), ("Params::Check", "perl"), ("Path::Tiny", "libpath-tiny-perl"),
    ("Plack", "libplack-perl"), ("Pod::Usage", "perl"), ("Proc::Daemon", "libproc-daemon-perl"), ("Readonly", "libreadonly-perl"), ("Redis", "libredis-perl"),
    ("Spreadsheet::WriteExcel", "libspreadsheet-writeexcel-perl"), ("Storable", "perl"), ("Switch", "libswitch-perl"), ("Sys::Syslog", "perl"),
    ("Template", "libtemplate-perl"), ("Term::ANSIColor", "perl"), ("Term::ReadKey", "libterm-readkey-perl"), ("Test::More", "perl"),
    ("Text::CSV", "libtext-csv-perl"), ("Text::Template", "libtext-template-perl"), ("Thread::Queue", "perl"), ("Time::HiRes", "perl"),
    ("Time::Local", "perl"), ("Time::Piece", "perl"), ("Try::Tiny", "libtry-tiny-perl"), ("URI", "liburi-perl"),
    ("XML::LibXML", "libxml-libxml-perl"), ("XML::Parser", "libxml-parser-perl"),
];

/// Where its file lies below a directory of modules.
pub(crate) fn file_of(module: &str) -> String {
    format!("{}.pm", module.replace("::", "/"))
}

/// The modules of [`MODULES`] that a source takes in when it is compiled, with the line of each. What is tried stands in `require`,
/// and is passed over.
pub(super) fn taken_in(text: &str) -> BTreeMap<&'static str, u32> {
    let mut found = BTreeMap::new();
    let mut is_documentation = false;
    for (number, line) in crate::reading::numbered(text) {
        if line.starts_with("__END__") || line.starts_with("__DATA__") {
            break;
        }
        if line.starts_with('=') && line.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
            is_documentation = !line.starts_with("=cut");
            continue;
        }
        let Some(rest) = line
            .trim_start()
            .strip_prefix("use ")
            .filter(|_| !is_documentation)
        else {
            continue;
        };
        let rest = rest.trim_start();
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '_')
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        // A sentence in a text of several lines begins with `use` as well.
        let is_statement = rest
            .get(end..)
            .is_some_and(|after| after.contains(';') || after.trim_end().ends_with(['(', ',']));
        let known = MODULES.iter().find(|(module, _)| *module == name && is_statement);
        if let Some((module, _)) = known {
            found.entry(*module).or_insert(number);
        }
    }
    found
}
