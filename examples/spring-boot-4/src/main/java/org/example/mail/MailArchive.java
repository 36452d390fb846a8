package org.example.mail;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Stores mail in the tables of the library, and finds it. */
@SpringBootApplication
@RestController
public class MailArchive {
  private final MessageArchive archive;
  private final Searcher searcher;

  MailArchive(MessageArchive archive, Searcher searcher) {
    this.archive = archive;
    this.searcher = searcher;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(MailArchive.class, arguments);
  }

  record Mail(String account, String id, String subject, String text) {}

  record Found(long id, double score, String passage) {}

  @PostMapping("/mails")
  long store(@RequestBody Mail mail) {
    return archive
        .store(
            NewMessage.builder(mail.account, mail.id).subject(mail.subject).text(mail.text).build())
        .id();
  }

  @GetMapping("/search")
  List<Found> search(@RequestParam String q) {
    return searcher.search(SearchRequest.of(q)).hits().stream().map(MailArchive::found).toList();
  }

  private static Found found(SearchHit hit) {
    String passage = hit.passage().map(SearchHit.Passage::text).orElse("");
    return new Found(hit.messageId(), hit.score(), passage);
  }
}
