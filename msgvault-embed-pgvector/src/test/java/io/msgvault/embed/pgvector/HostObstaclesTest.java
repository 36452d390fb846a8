package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tests hosts' triggers, rules, policies and columns that no store can work over. */
class HostObstaclesTest {
  private static final ArchiveMapping MAPPING =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .deleted("trashed", ArchiveMapping.Marker.NULL_WHILE_LIVE)
          .type("kind")
          .build();

  private static final String TABLE =
      """
      CREATE SCHEMA %1$s;
      CREATE TYPE %1$s.kind AS ENUM ('chat', 'email');
      CREATE TABLE %1$s.accounts (account int PRIMARY KEY);
      CREATE TABLE %1$s.mails (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account int NOT NULL REFERENCES %1$s.accounts,
        kind %1$s.kind NOT NULL,
        received timestamptz NOT NULL,
        key uuid NOT NULL,
        headers jsonb NOT NULL,
        title varchar(9) NOT NULL CHECK (title <> ''),
        body text,
        trashed timestamptz);
      CREATE FUNCTION %1$s.refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE 'mails are append-only'; END$$;
      CREATE FUNCTION %1$s.swallow() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RETURN NULL; END$$;
      CREATE FUNCTION %1$s.keep() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RETURN OLD; END$$;
      CREATE FUNCTION %1$s.pass() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RETURN NEW; END$$;
      INSERT INTO %1$s.accounts VALUES (1)""";

  private static final String MAIL =
      """
      INSERT INTO mails (account, kind, received, key, headers, title)
      VALUES (1, 'chat', now(), gen_random_uuid(), '[]', 'heron')""";

  private final String schema = TestDatabase.freshName();
  private final String role = schema + "_role";

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
    TestDatabase.server(
        "DO $$BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN DROP OWNED BY %1$s; DROP ROLE %1$s; END IF; END$$"
            .formatted(role));
  }

  static Stream<Arguments> obstacles() {
    String before = "CREATE TRIGGER host BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION ";
    return Stream.of(
            List.of(before + "refuse()", "refuses an update of a message, by one of the triggers"),
            List.of(
                "CREATE TRIGGER host AFTER UPDATE ON mails EXECUTE FUNCTION refuse()",
                "refuses an update"),
            List.of(
                "CREATE CONSTRAINT TRIGGER host AFTER UPDATE ON mails DEFERRABLE INITIALLY DEFERRED"
                    + " FOR EACH ROW EXECUTE FUNCTION refuse()",
                "refuses an update"),
            List.of(before + "swallow()", "leaves a message as it is when it is updated"),
            List.of(before + "keep()", "leaves a message as it is when it is updated"),
            List.of(
                "CREATE RULE host AS ON UPDATE TO mails DO INSTEAD NOTHING",
                "the rule \"host\" of"),
            List.of(
                "CREATE TRIGGER zzz BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION pass()",
                "the trigger \"zzz\" of"),
            List.of(
                "ALTER TABLE mails ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                "BYPASSRLS"))
        .flatMap(
            obstacle ->
                Stream.of(true, false)
                    .map(empty -> Arguments.of(obstacle.get(0), obstacle.get(1), empty)));
  }

  @ParameterizedTest
  @MethodSource("obstacles")
  void obstacleIsFoundBeforeAndAfterInstallation(String obstacle, String expected, boolean empty) {
    create(empty);
    DataSource owner = owner();
    assertEquals(List.of(), withoutMissing(PgMessageStore.validate(owner, schema, MAPPING)));
    execute(obstacle);
    requireFound(expected, withoutMissing(PgMessageStore.validate(owner, schema, MAPPING)));
    IncompatibleTablesException refusal =
        assertThrows(
            IncompatibleTablesException.class,
            () -> PgMessageStore.install(owner, schema, MAPPING).close());
    requireFound(expected, refusal.problems());
    assertEquals(0, count("pg_class", "relname LIKE 'embed%'"));
    assertEquals(empty ? 0 : 1, count("mails", "true"));
    undo(obstacle);
    PgMessageStore.install(owner, schema, MAPPING).close();
    assertEquals(List.of(), PgMessageStore.validate(owner, schema, MAPPING));
    execute(obstacle);
    requireFound(expected, PgMessageStore.validate(owner, schema, MAPPING));
    assertEquals(empty ? 0 : 1, count("mails", "embed_gen IS NULL"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TRIGGER host BEFORE UPDATE OF title ON mails FOR EACH ROW EXECUTE FUNCTION refuse()",
        "CREATE TRIGGER host BEFORE DELETE ON mails FOR EACH ROW EXECUTE FUNCTION refuse()",
        "CREATE TRIGGER host BEFORE UPDATE ON mails FOR EACH ROW"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TRIGGER host BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION pass()",
        "CREATE TRIGGER zzz AFTER UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION pass()",
        "CREATE RULE host AS ON DELETE TO mails DO INSTEAD NOTHING"
      })
  void harmlessObjectIsNoObstacle(String harmless) {
    create(false);
    execute(harmless);
    PgMessageStore.install(owner(), schema, MAPPING).close();
    assertEquals(List.of(), PgMessageStore.validate(owner(), schema, MAPPING));
  }

  /** The host's connections find the function that the trigger calls. */
  @Test
  void triggerOverSearchPathOfHostIsNoObstacle() {
    create(false);
    String other = TestDatabase.freshName();
    try {
      TestMapping.script(
          TestDatabase.pool(),
          """
          CREATE SCHEMA %2$s;
          GRANT USAGE ON SCHEMA %2$s TO %3$s;
          CREATE FUNCTION %2$s.audit() RETURNS void LANGUAGE sql AS 'SELECT';
          CREATE FUNCTION %1$s.audited() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN PERFORM audit(); RETURN NEW; END$$;
          CREATE TRIGGER host BEFORE UPDATE ON %1$s.mails
            FOR EACH ROW EXECUTE FUNCTION %1$s.audited()"""
              .formatted(schema, other, role));
      PGSimpleDataSource host = owner();
      host.setCurrentSchema(other);
      PgMessageStore.install(host, schema, MAPPING).close();
      assertEquals(List.of(), PgMessageStore.validate(host, schema, MAPPING));
      execute("DROP TRIGGER zz_embed_update ON mails");
      PgMessageStore.install(host, schema, MAPPING).close();
      assertEquals(List.of(), PgMessageStore.validate(host, schema, MAPPING));
    } finally {
      TestDatabase.drop(other);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"title", "body", "trashed"})
  void generatedColumnIsRefusedWithRemedy(String column) {
    create(true);
    String type = column.equals("trashed") ? "timestamptz" : "text";
    execute(
        "ALTER TABLE mails DROP %1$s, ADD %1$s %2$s GENERATED ALWAYS AS (NULL::%2$s) STORED"
            .formatted(column, type));
    IncompatibleTablesException refusal =
        assertThrows(
            IncompatibleTablesException.class,
            () -> PgMessageStore.install(owner(), schema, MAPPING).close());
    requireFound("\"" + column + "\" of \"mails\" is generated", refusal.problems());
    assertEquals(
        refusal.problems(), withoutMissing(PgMessageStore.validate(owner(), schema, MAPPING)));
  }

  @Test
  void generatedTextOfTableOfBodiesIsSeen() {
    create(true);
    execute(
        """
        CREATE TABLE bodies (
          mail int PRIMARY KEY, raw text, t text GENERATED ALWAYS AS (lower(raw)) STORED)""");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id").bodies("bodies", "mail").text("t").build();
    execute(MAIL);
    try (PgMessageStore messages = PgMessageStore.install(TestDatabase.pool(), schema, mapping)) {
      TestDatabase.settle(messages, 1);
      execute("INSERT INTO bodies (mail, raw) SELECT id, 'HERON' FROM mails");
      Message changed = messages.scan(1, Scope.ALL, 0, TestDatabase.LIMITS).get(0);
      assertEquals("heron", changed.text());
    }
  }

  private void create(boolean empty) {
    TestDatabase.server("CREATE ROLE %s LOGIN PASSWORD 'secret' NOSUPERUSER".formatted(role));
    TestMapping.script(TestDatabase.pool(), TABLE.formatted(schema));
    TestMapping.script(
        TestDatabase.pool(),
        """
        GRANT ALL ON SCHEMA %1$s TO %2$s;
        ALTER TABLE %1$s.mails OWNER TO %2$s;
        GRANT ALL ON ALL TABLES IN SCHEMA %1$s TO %2$s;
        ALTER SCHEMA %1$s OWNER TO %2$s"""
            .formatted(schema, role));
    if (!empty) {
      execute(MAIL);
    }
  }

  private void undo(String obstacle) {
    if (obstacle.contains("SECURITY")) {
      execute("ALTER TABLE mails DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY");
    } else if (obstacle.contains("RULE")) {
      execute("DROP RULE host ON mails");
    } else {
      execute("DROP TRIGGER IF EXISTS host ON mails; DROP TRIGGER IF EXISTS zzz ON mails");
    }
  }

  /** Leaves out the lines for what an installation adds. */
  private static List<String> withoutMissing(List<String> problems) {
    return problems.stream().filter(problem -> !problem.contains("is missing")).toList();
  }

  private static void requireFound(String expected, List<String> problems) {
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).contains(expected), problems::toString);
  }

  private PGSimpleDataSource owner() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(TestDatabase.url());
    dataSource.setUser(role);
    dataSource.setPassword("secret");
    return dataSource;
  }

  private void execute(String script) {
    TestMapping.script(
        TestDatabase.pool(), "SET LOCAL search_path = %s; %s".formatted(schema, script));
  }

  private int count(String table, String condition) {
    return Jdbi.create(TestDatabase.pool())
        .withHandle(
            handle ->
                handle.inTransaction(
                    transaction -> {
                      transaction.execute("SET LOCAL search_path = " + schema);
                      return transaction
                          .createQuery(
                              "SELECT count(*) FROM "
                                  + table
                                  + " WHERE "
                                  + condition
                                  + (table.equals("pg_class")
                                      ? " AND relnamespace = current_schema::regnamespace"
                                      : ""))
                          .mapTo(Integer.class)
                          .one();
                    }));
  }
}
