package io.msgvault.embed.sqlite.powercut;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The content of a file: what is synced, and the changes since. A cut may leave any of these
 * changes out. Each sector holds what it held at some moment since the sync, and the length may be
 * that of another moment.
 */
final class DiskFile {
  /** A write of bytes, or a truncation to a length. It is compared with no other. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Change(int offset, byte[] bytes, boolean truncates) {
    int lengthAfter(int length) {
      return truncates ? offset : Math.max(length, offset + bytes.length);
    }
  }

  private static final int[] SECTORS = {512, 4096};

  private final List<Change> changes = new ArrayList<>();
  private byte[] synced = new byte[0];
  private int syncedLength;

  void write(long offset, byte[] bytes) {
    changes.add(new Change(Math.toIntExact(offset), bytes, false));
  }

  void truncate(long length) {
    changes.add(new Change(Math.toIntExact(length), new byte[0], true));
  }

  void sync() {
    for (Change change : changes) {
      int length = change.lengthAfter(syncedLength);
      if (length > synced.length) {
        synced = Arrays.copyOf(synced, length + length / 2);
      }
      System.arraycopy(change.bytes, 0, synced, change.offset, change.bytes.length);
      if (length < syncedLength) {
        Arrays.fill(synced, length, syncedLength, (byte) 0);
      }
      syncedLength = length;
    }
    changes.clear();
  }

  /** Returns the content with all changes, as a kill of the process leaves it. */
  byte[] current() {
    return contentAt(new Moments(SECTORS[0], new int[0], changes.size()), changes.size());
  }

  /** Returns a content that a cut may leave. */
  byte[] afterCut(Random random) {
    int all = changes.size();
    int sector = SECTORS[random.nextInt(SECTORS.length)];
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(synced, syncedLength); // nothing has arrived
      case 1 -> current();
      case 2 -> {
        int moment = random.nextInt(all + 1);
        yield contentAt(new Moments(sector, new int[0], moment), moment); // in order
      }
      default -> torn(random, sector);
    };
  }

  /** Returns a content whose sectors arrived in any order. */
  private byte[] torn(Random random, int sector) {
    int all = changes.size();
    int[] moments = new int[sectors(sector)];
    int late = random.nextInt(100);
    for (int i = 0; i < moments.length; i++) {
      moments[i] = random.nextInt(100) < late ? all : random.nextInt(all + 1);
    }
    return contentAt(
        new Moments(sector, moments, 0), random.nextBoolean() ? all : random.nextInt(all + 1));
  }

  /** Until which change each sector is up to date. It is compared with no other. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Moments(int sector, int[] ofSectors, int ofOthers) {
    int of(int index) {
      return index < ofSectors.length ? ofSectors[index] : ofOthers;
    }
  }

  private int longest() {
    int length = syncedLength;
    int longest = length;
    for (Change change : changes) {
      length = change.lengthAfter(length);
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private int sectors(int size) {
    return (longest() + size - 1) / size;
  }

  private byte[] contentAt(Moments moments, int momentOfLength) {
    byte[] content = Arrays.copyOf(synced, syncedLength);
    content = Arrays.copyOf(content, longest());
    int length = syncedLength;
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      int end = change.truncates ? content.length : change.offset + change.bytes.length;
      for (int at = change.offset; at < end; ) {
        int index = at / moments.sector;
        int next = Math.min(end, (index + 1) * moments.sector);
        if (moments.of(index) > i) {
          if (change.truncates) {
            Arrays.fill(content, at, next, (byte) 0);
          } else {
            System.arraycopy(change.bytes, at - change.offset, content, at, next - at);
          }
        }
        at = next;
      }
      if (i < momentOfLength) {
        length = change.lengthAfter(length);
      }
    }
    return Arrays.copyOf(content, length);
  }
}
