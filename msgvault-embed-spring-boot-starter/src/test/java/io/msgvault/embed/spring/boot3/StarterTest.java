package io.msgvault.embed.spring.boot3;

import io.msgvault.embed.spring.tests.ArchivesSuite;
import io.msgvault.embed.spring.tests.AutoConfigurationSuite;
import io.msgvault.embed.spring.tests.OpenSearchApplicationSuite;
import io.msgvault.embed.spring.tests.PostgresqlApplicationSuite;
import io.msgvault.embed.spring.tests.SqliteApplicationSuite;
import org.junit.jupiter.api.Nested;

/** Runs all suites with Spring Boot 3. */
class StarterTest {
  @Nested
  class AutoConfiguration extends AutoConfigurationSuite {}

  @Nested
  class SeveralArchives extends ArchivesSuite {}

  @Nested
  class OverSqlite extends SqliteApplicationSuite {}

  @Nested
  class OverPostgresql extends PostgresqlApplicationSuite {}

  @Nested
  class OverOpenSearch extends OpenSearchApplicationSuite {}
}
