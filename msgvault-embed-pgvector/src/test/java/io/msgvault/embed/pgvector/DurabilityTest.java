package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.HashEmbedder;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What survives a power cut (VS-8, WI-2, MS-31) where the database has {@code synchronous_commit =
 * off}, as a host may choose for its own writes. The server keeps its files; only its settings are
 * asked.
 */
class DurabilityTest {
  private static final String SCHEMA = "mail";

  /** Notes the setting in each transaction that writes to a table. */
  private static final String NOTE_SETTINGS =
      """
      CREATE TABLE public.notes (written text, setting text);
      CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO public.notes VALUES (TG_TABLE_NAME, current_setting('synchronous_commit'));
        RETURN NULL;
      END $$;
      DO $$
      DECLARE each regclass;
      BEGIN
        FOR each IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'mail'::regnamespace LOOP
          EXECUTE format('CREATE TRIGGER zzz_note AFTER INSERT OR UPDATE OR DELETE ON %s'
                         ' FOR EACH STATEMENT EXECUTE FUNCTION public.note()', each);
        END LOOP;
      END $$;""";

  private final IsolatedDatabase database = IsolatedDatabase.create();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void storesCommitDurablyWhereTheDatabaseDoesNot() {
    database.set("synchronous_commit = off");
    MailIndex.fill(database.dataSource(), SCHEMA, 20);
    try (MailIndex index =
            new MailIndex(database.dataSource(), database.dataSource(), SCHEMA, Clock.systemUTC());
        PgWordIndex words = PgWordIndex.install(database.dataSource(), SCHEMA);
        EmbedJob job = index.builder(new HashEmbedder()).words(words).build()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      database.execute(NOTE_SETTINGS);
      database.execute("UPDATE mail.message_bodies SET body_text = body_text || '!'");
      database.execute("DELETE FROM mail.messages WHERE subject = 'number 3'");
      assertEquals(Set.of("off"), noted("setting"));
      database.execute("TRUNCATE public.notes");

      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      job.repair(List.of(1L, 2L));
      assertInstanceOf(RunOutcome.Completed.class, job.rebuild());

      assertEquals(Set.of("on"), noted("setting"));
      assertTrue(
          noted("written").containsAll(Set.of("messages", "embed_generations", "embed_removed")),
          () -> "written: " + noted("written"));
    }
  }

  /** A commit that is not synced would wait for the server's writer, up to 200 ms. */
  @Test
  void syncMakesCommitsOfHostsDurable() {
    MailIndex.fill(database.dataSource(), SCHEMA, 1);
    try (PgMessageStore messages = PgMessageStore.open(database.dataSource(), SCHEMA);
        Handle host = Jdbi.create(database.dataSource()).open()) {
      host.execute("SET synchronous_commit = off");
      for (int i = 0; i < 20; i++) {
        host.execute("UPDATE mail.message_bodies SET body_text = ?", "text " + i);
        String end = one(host, "SELECT pg_current_wal_insert_lsn()::text");
        messages.sync();
        assertEquals(
            "true",
            one(host, "SELECT (pg_current_wal_flush_lsn() >= '" + end + "'::pg_lsn)::text"));
      }
    }
  }

  private static String one(Handle host, String query) {
    return host.createQuery(query).mapTo(String.class).one();
  }

  private Set<String> noted(String column) {
    return Jdbi.create(database.dataSource())
        .withHandle(
            handle ->
                new TreeSet<>(
                    handle
                        .createQuery("SELECT DISTINCT " + column + " FROM public.notes")
                        .mapTo(String.class)
                        .list()));
  }
}
