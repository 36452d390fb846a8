package io.msgvault.embed.spring.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.MissingExtensionException;
import io.msgvault.embed.pgvector.MissingPrivilegeException;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordPolicyException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

class EmbedFailureAnalyzerTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new MissingExtensionException("no extension"), "CREATE EXTENSION vector"),
        Arguments.of(new MissingPrivilegeException("no right"), "msgvault.embed.access=open"),
        Arguments.of(
            new NotInstalledException("mail.db", "vectors", "install"),
            "msgvault.embed.access=install"),
        Arguments.of(new NewerSchemaException("mail.db", "vectors", 2, 1), "version"),
        Arguments.of(
            new MappingMismatchException(List.of("the subject")), "msgvault.embed.mapping.*"),
        Arguments.of(
            new IncompatibleTablesException(List.of("there is no table mails")),
            "there is no table mails"),
        Arguments.of(
            new WordPolicyException("mail-words", "german", "english", "uninstall"),
            "msgvault.embed.words.language"),
        Arguments.of(
            new BrokenIndexException("mail-words", "it is cut", "delete it", null), "Delete"),
        Arguments.of(
            new ArchiveMismatchException(UUID.randomUUID(), UUID.randomUUID()),
            "msgvault.embed.postgresql.schema"),
        Arguments.of(new EmbedderUnavailableException("no file"), "msgvault.embed.onnx.*"),
        Arguments.of(new StoreException("no connection"), "spring.datasource.*"),
        Arguments.of(new EmbedConfigurationException("No bean.", "Define one."), "Define one."));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void actionNamesTheRemedy(RuntimeException failure, String remedy) {
    FailureAnalysis analysis =
        new EmbedFailureAnalyzer().analyze(new IllegalStateException("no bean", failure));
    assertNotNull(analysis);
    assertEquals(failure, analysis.getCause());
    assertTrue(analysis.getAction().contains(remedy), analysis.getAction());
    assertFalse(analysis.getDescription().isBlank());
  }
}
