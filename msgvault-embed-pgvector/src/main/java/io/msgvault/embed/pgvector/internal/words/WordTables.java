package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.words.Documents.Document;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes words, and lists what there is of them. */
public final class WordTables {
  /** The tables, each before those it refers to. */
  public static final List<String> NAMES =
      List.of(
          "embed_word_pages",
          "embed_word_documents",
          "embed_word_segments",
          "embed_word_messages",
          "embed_word_index");

  private static final String UNINSTALL = "PgWordIndex.uninstall";

  private WordTables() {}

  private static WordDao dao(Database.Session session) {
    return session.dao(WordDao.class);
  }

  // What the index says of itself

  /** Notes the policy of a new index. */
  public static void begin(Database.Session session, String policy) {
    dao(session).insertMarks(policy);
  }

  /**
   * Requires that the words are there and have a policy.
   *
   * @throws WordPolicyException if they have another
   * @throws BrokenIndexException if some of them are not there
   */
  public static void requireUsable(Database.Session session, String schema, String policy) {
    requirePolicy(session, schema, policy);
    if (!dao(session).isWhole()) {
      throw broken(schema, "a table has lost its rows", null);
    }
  }

  /**
   * Requires that the words have a policy. Others may have made them anew since they were opened.
   *
   * @throws WordPolicyException if they have another
   */
  public static void requirePolicy(Database.Session session, String schema, String policy) {
    String found = marks(session, schema).policy();
    if (!found.equals(policy)) {
      throw new WordPolicyException("the schema " + schema, found, policy, UNINSTALL);
    }
  }

  private static WordDao.Marks marks(Database.Session session, String schema) {
    return dao(session)
        .marks()
        .orElseThrow(() -> broken(schema, "the row of embed_word_index is gone", null));
  }

  /** Describes an index that cannot be read. */
  public static BrokenIndexException broken(
      String schema, String problem, @Nullable Throwable cause) {
    return new BrokenIndexException(
        "the words in the schema " + schema,
        problem,
        "call " + UNINSTALL + " and install them anew",
        cause);
  }

  public static Optional<UUID> archive(Database.Session session, String schema) {
    return Optional.ofNullable(marks(session, schema).archiveId());
  }

  /** Binds the index, unless it is bound. */
  public static void bind(Database.Session session, String schema, UUID archive) {
    dao(session).bind(archive);
    requireArchive(archive(session, schema), archive);
  }

  /** Requires that an index is bound to this archive, or to none. */
  public static void requireArchive(Optional<UUID> bound, UUID archive) {
    bound
        .filter(other -> !other.equals(archive))
        .ifPresent(
            other -> {
              throw new ArchiveMismatchException(other, archive);
            });
  }

  public static OptionalLong lastRun(Database.Session session, String schema) {
    Long run = marks(session, schema).lastRun();
    return run == null ? OptionalLong.empty() : OptionalLong.of(run);
  }

  public static void recordRun(Database.Session session, String schema, long run) {
    if (dao(session).recordRun(run) == 0) {
      marks(session, schema); // says that it is gone
    }
  }

  // Messages

  /** Words of messages that are analysed, but not yet written. */
  public static final class Batch {
    private final NewSegment segment;

    private Batch(NewSegment segment) {
      this.segment = segment;
    }

    /** Writes the messages, as one segment. */
    public void write(Database.Session session) {
      WordDao dao = dao(session);
      long id = dao.insertSegment();
      List<MessageWords> messages = segment.messages();
      int replaced =
          dao.upsertMessages(
              id,
              messages.stream().map(MessageWords::messageId).toList(),
              messages.stream().map(MessageWords::revision).toList());
      SegmentRows rows = new SegmentRows(dao, id);
      rows.writeDocuments(
          messages.stream().map(message -> new Document(message.messageId(), id)).toList());
      segment.pages().forEach(rows::writePage);
      rows.finish(messages.size(), segment.withTerms(), segment.length(), replaced);
    }
  }

  /** Analyses messages. */
  public static Batch analyze(Collection<MessageWords> messages, WordAnalyzer analyzer) {
    return new Batch(NewSegment.of(messages, analyzer));
  }

  /** Deletes messages. Their documents are obsolete from now on. */
  public static void delete(Database.Session session, Collection<Long> messageIds) {
    WordDao dao = dao(session);
    int deleted = dao.deleteMessages(messageIds);
    if (deleted > 0) {
      new SegmentRows(dao, dao.insertSegment()).finish(0, 0, 0, deleted);
    }
  }

  /**
   * Merges some segments into one, if there are too many, or too many documents are obsolete.
   * Returns whether it did.
   */
  public static boolean keepUp(Database.Session session) {
    WordDao dao = dao(session);
    if (Upkeep.choose(dao.segments()).isEmpty()
        || !dao.lockMerges(session.sql("{schema}.embed_word_segments"))) {
      return false;
    }
    List<Segment> all = dao.segments(); // as they are under the lock
    List<Segment> chosen = Upkeep.choose(all);
    if (!chosen.isEmpty()) {
      Merge.run(session, chosen, Segment.obsolete(all) > 0);
    }
    return !chosen.isEmpty();
  }

  /** Returns the numbers of all segments. */
  public static List<Long> segments(Database.Session session) {
    return dao(session).segments().stream().map(Segment::id).toList();
  }

  /** Rewrites a segment without obsolete documents, if it is still there and there are any. */
  public static void compact(Database.Session session, long id) {
    WordDao dao = dao(session);
    dao.awaitMerges(session.sql("{schema}.embed_word_segments"));
    List<Segment> all = dao.segments();
    List<Segment> chosen = all.stream().filter(segment -> segment.id() == id).toList();
    if (!chosen.isEmpty() && Segment.obsolete(all) > 0) {
      Merge.run(session, chosen, true);
    }
  }

  public static long size(Database.Session session) {
    return dao(session).size();
  }

  /** Returns a page of the messages, in the order of their ids. */
  public static List<MessageRevision> entries(Database.Session session, long afterId, int limit) {
    return dao(session).entries(afterId, limit);
  }

  /** Returns those of the messages that are there, in the order of their ids. */
  public static List<MessageRevision> entries(
      Database.Session session, Collection<Long> messageIds) {
    return dao(session).entries(messageIds);
  }
}
