package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.search.SearchSyntaxException;
import java.util.Locale;

/** Names what is fuzzed, and the only exceptions that each may throw. */
enum FuzzTarget {
  MAILBOX,
  MAIL,
  HEADER,
  HTML,
  TEXT,
  QUERY,
  MAPPING,
  ENDPOINT,
  MODEL,
  TOKENIZER;

  /** How long a message of an exception may be. It may quote a name or a value of the input. */
  private static final int MAX_MESSAGE = 4000;

  /** Tries inputs, one after the other. */
  @FunctionalInterface
  interface Trial {
    /** Throws an {@link AssertionError} if an input has an effect that it must not have. */
    void run(byte[] input) throws Exception;
  }

  static FuzzTarget named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Returns the name of the folder of its inputs. */
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what tries inputs and passes on only what is a finding. */
  Trial trial() throws Exception {
    Trial trial = open();
    return input -> {
      try {
        trial.run(input);
      } catch (Exception e) {
        if (!allows(e)) {
          throw e;
        }
        String message = String.valueOf(e.getMessage());
        Oracle.require(message.length() <= MAX_MESSAGE + 4 * input.length, "a huge message");
      }
    };
  }

  private boolean allows(Exception e) {
    return switch (this) {
      case MAILBOX, MAIL, HEADER, HTML, TEXT -> false;
      case QUERY -> e instanceof SearchSyntaxException;
      case MAPPING ->
          e.getClass().equals(IllegalArgumentException.class)
              || e instanceof IncompatibleTablesException;
      case ENDPOINT -> e instanceof EmbedderException;
      case MODEL, TOKENIZER -> e instanceof EmbedderUnavailableException;
    };
  }

  private Trial open() throws Exception {
    return switch (this) {
      case MAILBOX -> new MailboxTrial();
      case MAIL -> MailTrial::mail;
      case HEADER -> MailTrial::header;
      case HTML -> new HtmlTrial();
      case TEXT -> new TextTrial();
      case QUERY -> new QueryTrial();
      case MAPPING -> new MappingTrial();
      case ENDPOINT -> new EndpointTrial();
      case MODEL -> NativeTrial.ofModels();
      case TOKENIZER -> NativeTrial.ofTokenizers();
    };
  }
}
