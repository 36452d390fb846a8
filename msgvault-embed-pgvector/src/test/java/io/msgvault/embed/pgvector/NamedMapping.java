package io.msgvault.embed.pgvector;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.testkit.Capability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/** Maps other tables under a name, in a schema that also has the bundled tables. */
final class NamedMapping extends TestMapping {
  private final TestMapping tables;

  NamedMapping(TestMapping tables) {
    super(
        tables.name() + "_NAMED", tables.mapping().toBuilder().name("one_of_2").build(), List.of());
    this.tables = tables;
  }

  @Override
  String statements() {
    return tables.statements();
  }

  @Override
  void install(DataSource dataSource, String schema) {
    PgArchive.install(dataSource, schema).close();
    script(dataSource, "SET LOCAL search_path = %s;\n%s".formatted(schema, tables.statements()));
    PgMessageStore.install(dataSource, schema, mapping()).close();
  }

  @Override
  ArchiveWriter writer(Handle handle) {
    return tables.writer(handle);
  }

  @Override
  Map<String, List<String>> rawWrites() {
    return tables.rawWrites();
  }

  @Override
  Map<String, List<String>> rawRemovals() {
    return tables.rawRemovals();
  }

  @Override
  ArchiveMessage asStored(ArchiveMessage message) {
    return tables.asStored(message);
  }

  @Override
  Set<Capability> unsupported() {
    return tables.unsupported();
  }

  @Override
  String emptying() {
    return tables.emptying();
  }
}
