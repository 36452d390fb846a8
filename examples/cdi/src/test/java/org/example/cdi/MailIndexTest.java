package org.example.cdi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailIndexTest {
  @TempDir Path folder;

  @Test
  void beansAnswerByMeaning() {
    System.setProperty("mail.folder", folder.toString());
    try (SeContainer beans =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addBeanClasses(MailIndex.class)
            .initialize()) {
      MessageArchive archive = beans.select(MessageArchive.class).get();
      long bill = store(archive, "Ann settled the plumber's bill.");
      store(archive, "The boat to the lighthouse leaves at nine.");
      beans.select(EmbedJob.class).get().runOnce();

      SearchRequest request = SearchRequest.of("who paid for the boiler?");
      Searcher searcher = beans.select(Searcher.class).get();
      assertEquals(bill, searcher.search(request).hits().get(0).messageId());
    }
  }

  private static long store(MessageArchive archive, String text) {
    return archive.store(NewMessage.builder("me@example.org", text).text(text).build()).id();
  }
}
