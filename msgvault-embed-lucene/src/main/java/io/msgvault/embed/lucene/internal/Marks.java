package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.WordPolicyException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Describes an index in each of its commits.
 *
 * @param policy the word policy
 * @param archive the archive that the index is bound to, if it is
 * @param lastRun the last run that noted itself, if one did
 */
record Marks(String policy, Optional<UUID> archive, OptionalLong lastRun) {
  /** The version of the fields and of these marks. */
  private static final int FORMAT = 2;

  private static final String FORMAT_KEY = "msgvault.words.format";
  private static final String POLICY_KEY = "msgvault.words.policy";
  private static final String ARCHIVE_KEY = "msgvault.words.archive";
  private static final String LAST_RUN_KEY = "msgvault.words.run";

  /** Returns the marks of a new index. */
  static Marks of(String policy) {
    return new Marks(policy, Optional.empty(), OptionalLong.empty());
  }

  /** Reads the marks of a commit, and requires that this library can work with the index. */
  static Marks read(Path directory, Map<String, String> commit) {
    String format = commit.get(FORMAT_KEY);
    String policy = commit.get(POLICY_KEY);
    if (format == null || policy == null) {
      throw new BrokenIndexException(
          directory.toString(),
          "another program wrote the index in it",
          "give the words a directory of their own",
          null);
    }
    int found = Integer.parseInt(format);
    if (found > FORMAT) {
      throw new NewerSchemaException(directory.toString(), "words", found, FORMAT);
    }
    if (found < FORMAT) {
      throw new BrokenIndexException(
          directory.toString(),
          "an earlier version of this library wrote it",
          "call " + WordDirectory.UNINSTALL + " and install, and let a run fill it again",
          null);
    }
    String run = commit.get(LAST_RUN_KEY);
    return new Marks(
        policy,
        Optional.ofNullable(commit.get(ARCHIVE_KEY)).map(UUID::fromString),
        run == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(run)));
  }

  Marks withArchive(UUID bound) {
    return new Marks(policy, Optional.of(bound), lastRun);
  }

  Marks withLastRun(long run) {
    return new Marks(policy, archive, OptionalLong.of(run));
  }

  Map<String, String> toCommit() {
    Map<String, String> commit = new HashMap<>();
    commit.put(FORMAT_KEY, String.valueOf(FORMAT));
    commit.put(POLICY_KEY, policy);
    archive.ifPresent(id -> commit.put(ARCHIVE_KEY, id.toString()));
    lastRun.ifPresent(run -> commit.put(LAST_RUN_KEY, String.valueOf(run)));
    return commit;
  }

  Marks requirePolicy(Path directory, String expected) {
    if (!policy.equals(expected)) {
      throw new WordPolicyException(
          directory.toString(), policy, expected, WordDirectory.UNINSTALL);
    }
    return this;
  }
}
