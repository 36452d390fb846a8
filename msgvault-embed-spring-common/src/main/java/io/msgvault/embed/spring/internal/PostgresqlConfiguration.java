package io.msgvault.embed.spring.internal;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.pgvector.PgArchive;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.pgvector.PgWordIndex;
import io.msgvault.embed.spring.EmbedDataSource;
import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Makes the stores and the words in a PostgreSQL database, after Flyway, Liquibase or the host's
 * scripts have made its tables.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(PgMessageStore.class)
@ConditionalOnBean(DataSource.class)
@Conditional(NoSqliteFile.class)
class PostgresqlConfiguration {
  private static final String HOSTS_SCHEMA = "public";
  private static final String OWN_SCHEMA = "msgvault";

  private final EmbedProperties properties;
  private final ObjectProvider<ArchiveMapping> mappings;

  PostgresqlConfiguration(EmbedProperties properties, ObjectProvider<ArchiveMapping> mappings) {
    this.properties = properties;
    this.mappings = mappings;
  }

  /** Is asked for only if a store or the words are made here. */
  @Bean
  @Lazy
  @DependsOnDatabaseInitialization
  PostgresqlDataSource embedDataSource(
      @EmbedDataSource ObjectProvider<DataSource> marked, ObjectProvider<DataSource> all) {
    return PostgresqlDataSource.of(marked, all);
  }

  private String schema() {
    String schema = properties.postgresql().schema();
    if (schema != null) {
      return schema;
    }
    return mappings.getIfAvailable() == null ? OWN_SCHEMA : HOSTS_SCHEMA;
  }

  /** Returns the schema of vectors and words, which each of several archives has for itself. */
  private String indexSchema() {
    ArchiveMapping mapping = mappings.getIfAvailable();
    return mapping == null ? schema() : schema() + mapping.suffix();
  }

  /**
   * Makes the archive of the bundled tables. A message store of the host's has tables of its own.
   */
  @Bean
  @ConditionalOnMissingBean({MessageArchive.class, ArchiveMapping.class, MessageStore.class})
  MessageArchive embedMessageArchive(PostgresqlDataSource database) {
    DataSource source = database.dataSource();
    return switch (properties.access()) {
      case INSTALL -> PgArchive.install(source, schema());
      case OPEN -> PgArchive.open(source, schema());
      case READ_ONLY -> PgArchive.openReadOnly(source, schema());
    };
  }

  @Bean
  @ConditionalOnMissingBean
  MessageStore embedMessageStore(PostgresqlDataSource database) {
    DataSource source = database.dataSource();
    ArchiveMapping mapping = mappings.getIfAvailable();
    return switch (properties.access()) {
      case INSTALL ->
          mapping == null
              ? PgMessageStore.install(source, schema())
              : PgMessageStore.install(source, schema(), mapping);
      case OPEN ->
          mapping == null
              ? PgMessageStore.open(source, schema())
              : PgMessageStore.open(source, schema(), mapping);
      case READ_ONLY ->
          mapping == null
              ? PgMessageStore.openReadOnly(source, schema())
              : PgMessageStore.openReadOnly(source, schema(), mapping);
    };
  }

  /** Is asked for only if the vector store is made here. */
  @Bean
  @Lazy
  @ConditionalOnMissingBean(VectorStore.class)
  LocalVectors embedLocalVectors(PostgresqlDataSource database) {
    EmbedProperties.Postgresql settings = properties.postgresql();
    PgVectorStore.Builder vectors = PgVectorStore.builder(database.dataSource(), indexSchema());
    if (settings.halfPrecision()) {
      vectors.halfPrecision();
    }
    IfSet.of(settings.buildMemory(), size -> vectors.buildMemory((int) size.toMegabytes()));
    IfSet.of(settings.buildWorkers(), vectors::buildWorkers);
    return new LocalVectors(
        switch (properties.access()) {
          case INSTALL -> vectors.install();
          case OPEN -> vectors.open();
          case READ_ONLY -> vectors.openReadOnly();
        });
  }

  @Bean
  @ConditionalOnMissingBean
  VectorStore embedVectorStore(LocalVectors local, ObjectProvider<ClusterVectors> cluster) {
    return local.joinedWith(cluster, properties);
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty(name = "msgvault.embed.words.enabled", matchIfMissing = true)
  WordIndex embedWordIndex(PostgresqlDataSource database) {
    DataSource source = database.dataSource();
    WordAnalyzer analyzer = Analyzers.of(properties.words().language());
    return switch (properties.access()) {
      case INSTALL -> PgWordIndex.install(source, indexSchema(), analyzer);
      case OPEN -> PgWordIndex.open(source, indexSchema(), analyzer);
      case READ_ONLY -> PgWordIndex.openReadOnly(source, indexSchema(), analyzer);
    };
  }
}
