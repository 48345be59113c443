#![allow(clippy::unwrap_used)]

use super::*;

const SCHEMA: &str = "heapcast.facts/1";

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn staged(target: &Path, rows: &str) -> StagedFolder {
    let staged = StagedFolder::new(target, SCHEMA).unwrap();
    staged
        .write("schema.json", &format!("{{\"schema\": \"{SCHEMA}\"}}"))
        .unwrap();
    staged.write("derived/mro.tsv", rows).unwrap();
    staged
}

struct Closed(ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_success_and_a_full_disk_is_not() {
    let much = "x".repeat(BUFFER * 2);
    let print_to = |kind| print(&mut Closed(kind), |out| out.write_all(much.as_bytes()));
    assert_eq!(print_to(ErrorKind::BrokenPipe), Ok(()));
    assert_eq!(
        print_to(ErrorKind::StorageFull).unwrap_err().message(),
        "cannot write to standard output: no storage space"
    );
    let few = print(&mut Closed(ErrorKind::BrokenPipe), |out| {
        out.write_all(b"x")
    });
    assert_eq!(few, Ok(()));
}

#[test]
fn a_file_appears_whole_or_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("calls.json");
    write_file(&target, |out| out.write_all(b"one")).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "one");

    let failed = write_file(&target, |out| {
        out.write_all(b"two")?;
        Err(ErrorKind::StorageFull.into())
    });
    assert!(failed.unwrap_err().message().contains("calls.json"));
    assert_eq!(fs::read_to_string(&target).unwrap(), "one");
    assert_eq!(names(folder.path()), ["calls.json"]);

    write_file(&target, |out| out.write_all(b"three")).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "three");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_readable_as_others_are_and_links_are_followed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let [plain, ours, link] = ["plain", "ours", "link"].map(|name| folder.path().join(name));
    fs::write(&plain, "").unwrap();
    write_file(&ours, |_| Ok(())).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&plain), mode(&ours));

    fs::set_permissions(&ours, Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(&ours, &link).unwrap();
    write_file(&link, |out| out.write_all(b"through")).unwrap();
    assert_eq!(fs::read_to_string(&ours).unwrap(), "through");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(mode(&ours) & 0o777, 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let full = Path::new("/dev/full");
    let failed = write_file(full, |out| out.write_all(b"x")).unwrap_err();
    assert_eq!(
        failed.message(),
        "cannot write `/dev/full`: no space left on device"
    );
    assert!(fs::metadata(full).unwrap().file_type().is_char_device());
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("none/calls.json");
    let failed = write_file(&target, |_| Ok(())).unwrap_err();
    assert!(failed.message().contains("there is no folder"), "{failed}");
    assert!(check_folder(&target, SCHEMA).is_err());
}

#[test]
fn a_folder_appears_at_the_end_and_replaces_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("facts");
    let first = staged(&target, "old\n");
    assert!(!target.exists());
    first.commit().unwrap();
    fs::write(target.join("stale.tsv"), "").unwrap();

    staged(&target, "new\n").commit().unwrap();
    assert_eq!(names(&target), ["derived", "schema.json"]);
    let rows = fs::read_to_string(target.join("derived/mro.tsv")).unwrap();
    assert_eq!(rows, "new\n");
    assert_eq!(names(folder.path()), ["facts"]);
}

#[test]
fn a_folder_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("facts");
    staged(&target, "old\n").commit().unwrap();
    drop(staged(&target, "new\n"));
    assert_eq!(names(folder.path()), ["facts"]);
    let rows = fs::read_to_string(target.join("derived/mro.tsv")).unwrap();
    assert_eq!(rows, "old\n");
}

#[test]
fn folders_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("photos");
    fs::create_dir(&target).unwrap();
    assert_eq!(check_folder(&target, SCHEMA), Ok(()), "empty");
    for schema in ["{}", "not json", "{\"schema\": \"heapcast.derived/1\"}"] {
        fs::write(target.join("schema.json"), schema).unwrap();
        let failed = check_folder(&target, SCHEMA).unwrap_err();
        assert!(failed.message().contains("other contents"), "{failed}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let failed = check_folder(&file, SCHEMA).unwrap_err();
    assert!(failed.message().ends_with("it is not a folder"), "{failed}");
}
