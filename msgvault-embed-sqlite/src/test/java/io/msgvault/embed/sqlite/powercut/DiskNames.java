package io.msgvault.embed.sqlite.powercut;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of files and folders: those that are synced, and the changes since. A sync of a folder
 * covers the names in it. A cut may leave out the changes after any moment, or any of them.
 */
final class DiskNames {
  /** Stands for a folder instead of a file. */
  static final int FOLDER = 0;

  /**
   * A new name, a name that is gone, or both.
   *
   * @param file the file or folder that gets the new name; null if it has the old one now
   */
  private record Change(@Nullable String gone, @Nullable String added, @Nullable Integer file) {
    boolean isIn(String folder) {
      return folder.equals(parent(added != null ? added : String.valueOf(gone)));
    }

    void apply(Map<String, Integer> names) {
      Integer moved = gone == null ? file : names.remove(gone);
      if (added != null && moved != null) {
        names.put(added, moved);
      }
    }
  }

  private final Map<String, Integer> synced = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();

  void add(String name, int file) {
    changes.add(new Change(null, name, file));
  }

  void rename(String from, String to) {
    changes.add(new Change(from, to, null));
  }

  void remove(String name) {
    changes.add(new Change(name, null, null));
  }

  void sync(String folder) {
    for (Change change : List.copyOf(changes)) {
      if (change.isIn(folder)) {
        change.apply(synced);
        changes.remove(change);
      }
    }
  }

  Map<String, Integer> current() {
    Map<String, Integer> names = new TreeMap<>(synced);
    changes.forEach(change -> change.apply(names));
    return names;
  }

  /** Returns names that a cut may leave. A file in a folder that is lost is lost, too. */
  Map<String, Integer> afterCut(Random random) {
    Map<String, Integer> names = new TreeMap<>(synced);
    int last = random.nextBoolean() ? changes.size() : random.nextInt(changes.size() + 1);
    boolean inOrder = random.nextInt(3) > 0;
    for (Change change : changes.subList(0, last)) {
      if (inOrder || random.nextBoolean()) {
        change.apply(names);
      }
    }
    names.keySet().removeIf(name -> !parent(name).isEmpty() && !names.containsKey(parent(name)));
    return names;
  }

  static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }
}
