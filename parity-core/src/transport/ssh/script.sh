# Reads and lists; writes nothing. For dash, bash, busybox and mksh alike. p_nonce and p_root are set above.
set +efux
cd /
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
unset -f command dd echo env printf test unalias
unset IFS GLOBIGNORE
unalias -a 2>/dev/null
test -z "$BASH_VERSION" || shopt -u nullglob failglob dotglob nocaseglob globstar extglob
p_count=0 p_null=${p_root}dev/null

# Programs see this environment and no other (of its own a shell may add `_`). A shell that was started in it is told so, which
# saves a process for each of them.
case ${1-} in
  clean) unset PWD OLDPWD SHLVL; p_run() { "$@"; } </dev/null ;;
  *) p_run() { env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; } </dev/null ;;
esac

p_begin() { echo "@$p_nonce begin $1"; echo "@$p_nonce begin $1" >&2; }
p_end() {
  echo; echo "@$p_nonce end $1 $2"
  { echo; echo "@$p_nonce end $1 $2"; } >&2
  p_count=$((p_count + 1))
  return "$2"
}
p_is() { echo "@$p_nonce is $1 $2"; p_count=$((p_count + 1)); return 1; }
p_done() { echo "@$p_nonce done $1 $p_count"; echo "@$p_nonce done $1 $p_count" >&2; p_count=0; }
# hello [HOW-IT-WAS-STARTED [alone]]
p_hello() {
  # Its ls shows other than plain characters as question marks.
  case $(p_run ls --help 2>&1) in *BusyBox*) p_at=masks ;; *) p_at=shows ;; esac
  echo "@$p_nonce hello $(p_run id -u) $p_at $(p_run date +%s)"
  # What one process of perl reads takes hundreds of others otherwise. It is asked through a pipe, by a printf that is no
  # process; not by a shell that is to do it alone.
  p_perl=
  test "${2-}" = alone || test "$(command -v printf)" != printf ||
    p_perl=$(echo works | { p_run perl -e 'open my $in, "<&=5" or exit; print <$in>' 2>/dev/null; } 5<&0)
}

# gone INDEX PATH: absent, or is it that we may not look?
p_gone() {
  p_at=$2
  until test -e "$p_at"; do
    if test -L "$p_at"; then
      p_look "$1" "$p_at"
      return 1
    fi
    p_at=${p_at%/*}
    test -n "$p_at" || break
  done
  if test -d "$p_at" && ! test -x "$p_at"; then p_is "$1" denied; else p_is "$1" absent; fi
}

# look INDEX PATH: says why a link leads nowhere.
p_look() { p_begin "$1"; p_run ls -dL "$2"; p_end "$1" $?; }

# ready INDEX PATH: a regular file that may be read.
p_ready() {
  if ! test -e "$2"; then p_gone "$1" "$2"
  elif ! test -f "$2"; then p_is "$1" not-a-file
  elif ! test -r "$2"; then p_is "$1" denied
  fi
}

# over BYTES PATH...: which of these are larger.
p_over() {
  p_at=$1; shift
  echo; p_run find -L "$@" -prune -type f -size "+${p_at}c" 2>/dev/null; echo .
}

# file INDEX BYTES PATH TOO-LARGE-ONES
p_file() {
  p_ready "$1" "$3" || return 1
  p_content "$@"
}
p_content() {
  case $4 in *"
$3
"*) p_is "$1" too-large; return 1 ;;
  esac
  p_begin "$1"; p_run head -c "$2" "$3"; p_end "$1" $?
}

# range INDEX FIRST-BLOCK BLOCKS PATH
p_range() {
  p_ready "$1" "$4" || return 1
  p_blocks "$@"
}
p_blocks() { p_begin "$1"; LC_ALL=C dd if="$4" bs=4096 skip="$2" count="$3" </dev/null; p_end "$1" $?; }

# command INDEX PROGRAM ARGUMENT...
p_command() {
  p_index=$1
  case $2 in
    /*) p_at=$2 ;;
    *) for p_at in /usr/sbin /usr/bin /sbin /bin; do
         p_at=$p_at/$2
         test ! -f "$p_at" || break
       done ;;
  esac
  # busybox also answers to the names of package managers it is not.
  case $2 in dpkg | dpkg-* | rpm | rpm2cpio)
    if test "$p_at" -ef /bin/busybox || test "$p_at" -ef /usr/bin/busybox; then p_at=/nonexistent; fi ;;
  esac
  test -f "$p_at" || { p_is "$p_index" absent; return 1; }
  test -x "$p_at" || { p_is "$p_index" denied; return 1; }
  shift 2
  p_begin "$p_index"; p_run "$p_at" "$@"; p_end "$p_index" $?
}

# base INDEX DIRECTORY TAKE: one that may be listed; for heads, one that no link leads to.
p_base() {
  p_at=$2
  while test "$3" = head && test -n "$p_at"; do
    if test -L "$p_at"; then p_is "$1" absent; return 1; fi
    p_at=${p_at%/*}
  done
  if ! test -e "$2"; then p_gone "$1" "$2"
  elif ! test -d "$2"; then p_is "$1" absent
  elif ! test -r "$2" || ! test -x "$2"; then p_is "$1" denied
  fi
}

# heed PROGRAM ARGUMENT...: runs it and keeps the worst status.
p_heed() { p_run "$@" || { p_at_end=$?; test "$p_worst" -ge "$p_at_end" || p_worst=$p_at_end; }; }

# closed INDEX [-r|-x DIRECTORY...]...: says which of these may not be listed (-r) or not be entered (-x), and which have
# names that may be hard to carry.
p_closed() {
  p_index=$1 p_worst=0; shift
  p_begin "$p_index"
  for p_at do
    case $p_at in
      -?) p_may=$p_at; continue ;;
      *[!\ -~]*) if test -d "$p_at" || test -L "$p_at"; then printf '%s\n' "$p_at"; fi ;;
    esac
    if test -d "$p_at" && { ! test $p_may "$p_at" || ! test -x "$p_at"; }; then p_heed ls "$p_at/." >/dev/null; fi
  done
  p_end "$p_index" "$p_worst"
}

# each PROGRAM ENTRY...: runs the program for many entries at a time. `heads` passes over what is no file.
p_each() {
  p_program=$1 p_batch= p_size=0 p_at=1 p_worst=0
  while test "$p_at" -lt $#; do
    p_at=$((p_at + 1))
    eval "p_name=\${$p_at}"
    case $p_program:$p_name in
      p_heads:*) if test -e "$p_name" && ! test -f "$p_name"; then continue; fi
        if test "$p_take" = head && test -L "$p_name"; then continue; fi ;;
      *[!\ -~]*) printf '%s\n' "$p_name"; p_heed ls -ldn "$p_name"; continue ;;
    esac
    p_batch="$p_batch \"\${$p_at}\"" p_size=$((p_size + 1))
    test "$p_size" -lt 2000 || { eval "$p_program $p_batch"; p_batch= p_size=0; }
  done
  test -z "$p_batch" || eval "$p_program $p_batch"
}
p_list() { p_heed ls -ldn "$@"; }
p_heads() { p_heed head -c "$p_bytes" "$p_null" "$@" "$p_null"; }

# glob INDEX BASE TAKE BYTES-OF-EACH MOST ENTRY...: entries; with bytes, their content in the next section.
p_glob() {
  p_base "$1" "$2" "$3" || return 1
  p_index=$1 p_take=$3 p_bytes=$4
  test $# -le $(($5 + 5)) || { p_is "$p_index" too-many; return 1; }
  shift 5
  # The pattern itself: nothing matched.
  if test $# -eq 1 && ! test -e "$1" && ! test -L "$1"; then set --; fi
  p_entries "$@"
}
p_entries() {
  p_begin "$p_index"; p_each p_list "$@"; p_end "$p_index" "$p_worst"
  test "$p_bytes" -gt 0 || return 0
  p_index=$((p_index + 1))
  p_begin "$p_index"; p_each p_heads "$@"; p_end "$p_index" "$p_worst"
}

# tree INDEX BASE TAKE BYTES-OF-EACH NAME: all regular files of that name below. A listing that breaks off says so.
p_tree() {
  p_base "$1" "$2" "$3" || return 1
  p_begin "$1"
  p_run find "$2/." -path '*[! -~]*' -print -exec ls -ldn {} \; -o -type f -name "$5" -exec sh -c '
    ls -ldn "$@"; s=$?; test $s -le 2 || echo "broke off with status $s" >&2; exit $s' sh {} +
  p_end "$1" $?
  test "$4" -gt 0 || return 0
  p_begin $(($1 + 1))
  p_run find "$2/." -type f -name "$5" -exec sh -c 'b=$1 n=$2; shift 2; exec head -c "$b" "$n" "$@" "$n"' sh "$4" "$p_null" {} +
  p_end $(($1 + 1)) $?
}

# In place of the functions of these names: asks the reader, in fields that a zero byte ends.
p_by_reader() {
  p_ask() { printf '%s\0' "$@"; }
  p_is() { p_ask is "$1" "$2"; return 1; }
  p_look() { p_ask look "$1" "$2"; }
  p_content() { p_ask file "$1" "$2" "$3"; }
  p_blocks() { p_ask range "$1" "$2" "$3" "$4"; }
  p_entries() { p_ask glob "$p_index" "$p_take" "$p_bytes" $# "$@"; }
}

# Prints what those print, as ls and head do.
p_reader='
  my ($nonce, $null) = @ARGV;
  open my $in, "<&=5" or die;
  binmode $_ for $in, *STDOUT, *STDERR;
  my ($count, $status) = (0, 0);
  $/ = "\0";
  sub field { my $field = <$in>; exit unless defined $field; chomp $field; $field }
  sub frame { print STDOUT @_; print STDERR @_ }
  sub begin { $status = 0; frame "\@$nonce begin $_[0]\n" }
  sub done { frame "\n\@$nonce end $_[0] $status\n"; $count++ }
  sub is { print "\@$nonce is $_[0] $_[1]\n"; $count++ }
  sub complain {
    my ($what, $path, $worse) = @_;
    my $reason = $!;
    $path =~ s/([^ -~])/sprintf "\\%03o", ord $1/ge;
    print STDERR "$what \"$path\": $reason\n";
    $status = $worse if $worse > $status;
  }
  sub content {
    my ($path, $from, $left, $heading) = @_;
    open my $file, "<:raw", $path or return complain "cannot open", $path, 1;
    print $heading;
    sysseek $file, $from, 0 or return complain "cannot read", $path, 1 if $from;
    while ($left > 0) {
      my $got = sysread $file, my $bytes, $left < 65536 ? $left : 65536;
      return complain "cannot read", $path, 1 unless defined $got;
      last unless $got;
      print $bytes;
      $left -= $got;
    }
  }
  sub row {
    my ($path) = @_;
    my @stat = lstat $path or return complain "cannot look at", $path, 2;
    my $mode = $stat[2];
    my $kind = -l _ ? "l" : -d _ ? "d" : -f _ ? "-" : "?";
    my $letters = join "", map { $mode & 0400 >> $_ ? substr "rwx", $_ % 3, 1 : "-" } 0 .. 8;
    for ([04000, 2, "s"], [02000, 5, "s"], [01000, 8, "t"]) {
      my ($bit, $at, $letter) = @$_;
      substr($letters, $at, 1) = substr($letters, $at, 1) eq "x" ? $letter : uc $letter if $mode & $bit;
    }
    my $arrow = "";
    if ($kind eq "l") {
      my $link = readlink $path;
      defined $link ? $arrow = " -> $link" : complain "cannot read link", $path, 1;
    }
    print "$path\n" if $path =~ /[^ -~]/;
    print "$kind$letters @stat[3, 4, 5, 7] - - - $path$arrow\n";
  }
  while (defined(my $what = <$in>)) {
    chomp $what;
    my $index = field;
    if ($what eq "is") { is $index, field }
    elsif ($what eq "look") {
      my $path = field;
      begin $index;
      stat $path ? print "$path\n" : complain "cannot look at", $path, 2;
      done $index;
    }
    elsif ($what eq "file") {
      my ($bytes, $path) = (field, field);
      if (-f $path && -s _ >= $bytes) { is $index, "too-large"; next }
      begin $index;
      content $path, 0, $bytes, "";
      done $index;
    }
    elsif ($what eq "range") {
      my ($first, $blocks, $path) = (field, field, field);
      begin $index;
      content $path, $first * 4096, $blocks * 4096, "";
      done $index;
    }
    else {
      my ($take, $bytes, $many) = (field, field, field);
      my @paths = map { field } 1 .. $many;
      begin $index;
      row $_ for @paths;
      done $index;
      next unless $bytes;
      begin ++$index;
      print "==> $null <==\n";
      for my $path (@paths) {
        next if -e $path && !-f _ || $take eq "head" && -l $path;
        content $path, 0, $bytes, "\n==> $path <==\n";
      }
      print "\n==> $null <==\n";
      done $index;
    }
  }
  open my $told, ">&=3" or die;
  print $told $count;'

# reading: answers what the function p_files asks for.
p_reading() {
  if test -z "$p_perl"; then p_sizes; p_files; return; fi
  {
    p_got=$({ p_by_reader; p_files; } | { p_run perl -e "$p_reader" "$p_nonce" "$p_null"; } 3>&1 >&4 5<&0)
  } 4>&1
  p_count=$((p_count + ${p_got:-0}))
}
