package io.msgvault.embed.spring.internal;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;
import java.nio.file.Path;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Makes the stores on SQLite files, and the words beside them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SqliteMessageStore.class)
@ConditionalOnProperty("msgvault.embed.sqlite.archive")
class SqliteConfiguration {
  private final EmbedProperties properties;
  private final Path archive;
  private final ObjectProvider<ArchiveMapping> mappings;

  SqliteConfiguration(EmbedProperties properties, ObjectProvider<ArchiveMapping> mappings) {
    this.properties = properties;
    this.mappings = mappings;
    this.archive = Objects.requireNonNull(properties.sqlite().archive());
  }

  /**
   * Makes the archive of the bundled tables. A message store of the host's has tables of its own.
   */
  @Bean
  @ConditionalOnMissingBean({MessageArchive.class, ArchiveMapping.class, MessageStore.class})
  MessageArchive embedMessageArchive() {
    return switch (properties.access()) {
      case INSTALL -> SqliteArchive.install(archive);
      case OPEN -> SqliteArchive.open(archive);
      case READ_ONLY -> SqliteArchive.openReadOnly(archive);
    };
  }

  @Bean
  @ConditionalOnMissingBean
  MessageStore embedMessageStore() {
    ArchiveMapping mapping = mappings.getIfAvailable();
    return switch (properties.access()) {
      case INSTALL ->
          mapping == null
              ? SqliteMessageStore.install(archive)
              : SqliteMessageStore.install(archive, mapping);
      case OPEN ->
          mapping == null
              ? SqliteMessageStore.open(archive)
              : SqliteMessageStore.open(archive, mapping);
      case READ_ONLY ->
          mapping == null
              ? SqliteMessageStore.openReadOnly(archive)
              : SqliteMessageStore.openReadOnly(archive, mapping);
    };
  }

  /** Is asked for only if the vector store is made here. */
  @Bean
  @Lazy
  @ConditionalOnMissingBean(VectorStore.class)
  LocalVectors embedLocalVectors() {
    Path file = properties.sqlite().vectors();
    SqliteVectorStore.Builder vectors =
        SqliteVectorStore.builder(
            own(file == null ? beside(archive, "-vectors", extension(archive)) : file));
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

  /** Returns the file or directory that one of several archives has for itself. */
  private Path own(Path path) {
    ArchiveMapping mapping = mappings.getIfAvailable();
    return mapping == null || mapping.name().isEmpty()
        ? path
        : beside(path, mapping.suffix(), extension(path));
  }

  private static Path beside(Path path, String suffix, String extension) {
    String name = Objects.requireNonNull(path.getFileName()).toString();
    String stem = name.substring(0, name.length() - extension(path).length());
    return path.resolveSibling(stem + suffix + extension);
  }

  private static String extension(Path path) {
    String name = Objects.requireNonNull(path.getFileName()).toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot);
  }

  /** Makes the words in a Lucene directory. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(LuceneWordIndex.class)
  @ConditionalOnProperty(name = "msgvault.embed.words.enabled", matchIfMissing = true)
  static class Words {
    @Bean
    @ConditionalOnMissingBean
    WordIndex embedWordIndex(SqliteConfiguration files, EmbedProperties properties) {
      Path configured = properties.words().directory();
      Path directory =
          files.own(configured == null ? beside(files.archive, "-words", "") : configured);
      WordAnalyzer analyzer = Analyzers.of(properties.words().language());
      return switch (properties.access()) {
        case INSTALL -> LuceneWordIndex.install(directory, analyzer);
        case OPEN -> LuceneWordIndex.open(directory, analyzer);
        case READ_ONLY -> LuceneWordIndex.openReadOnly(directory, analyzer);
      };
    }
  }
}
