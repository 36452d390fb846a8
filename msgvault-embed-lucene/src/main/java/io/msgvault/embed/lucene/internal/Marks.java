package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.WordPolicyException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Describes an index in each of its commits.
 *
 * @param policy the word policy
 * @param archive the archive that the index is bound to, if it is
 */
record Marks(String policy, Optional<UUID> archive) {
  /** The version of the fields and of these marks. */
  private static final int FORMAT = 1;

  private static final String FORMAT_KEY = "msgvault.words.format";
  private static final String POLICY_KEY = "msgvault.words.policy";
  private static final String ARCHIVE_KEY = "msgvault.words.archive";

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
    return new Marks(policy, Optional.ofNullable(commit.get(ARCHIVE_KEY)).map(UUID::fromString));
  }

  Map<String, String> toCommit() {
    Map<String, String> commit = new HashMap<>();
    commit.put(FORMAT_KEY, String.valueOf(FORMAT));
    commit.put(POLICY_KEY, policy);
    archive.ifPresent(id -> commit.put(ARCHIVE_KEY, id.toString()));
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
