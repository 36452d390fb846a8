package org.example.desk;

import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A help desk with a table of tickets, which {@code application.properties} makes searchable. */
@SpringBootApplication
@RestController
public class HelpDesk {
  private final JdbcClient database;
  private final Searcher searcher;

  HelpDesk(JdbcClient database, Searcher searcher) {
    this.database = database;
    this.searcher = searcher;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(HelpDesk.class, arguments);
  }

  record NewTicket(String title, String body) {}

  record Ticket(long id, String title, String body) {}

  @PostMapping("/tickets")
  void open(@RequestBody NewTicket ticket) {
    database
        .sql("INSERT INTO desk.tickets (title, body) VALUES (:title, :body)")
        .paramSource(ticket)
        .update();
  }

  @GetMapping("/search")
  List<Ticket> search(@RequestParam String q) {
    return searcher.search(SearchRequest.of(q)).hits().stream().map(this::ticket).toList();
  }

  private Ticket ticket(SearchHit hit) {
    return database
        .sql("SELECT id, title, body FROM desk.tickets WHERE id = :id")
        .param("id", hit.messageId())
        .query(Ticket.class)
        .single();
  }
}
