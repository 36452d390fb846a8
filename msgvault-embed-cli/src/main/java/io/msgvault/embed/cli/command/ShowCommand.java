package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.Envelope;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;
import java.io.PrintWriter;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one message. */
@Command(name = "show", description = "Shows a message.")
public final class ShowCommand implements Callable<Integer> {
  private static final int MAX_CHARACTERS = 1 << 20;

  private final MsgvaultEmbed root;

  @Parameters(paramLabel = "ID", description = "The id of the message.")
  private long id;

  public ShowCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (Backend backend = Backend.openReadOnly(root.db())) {
      Envelope envelope = single(backend.envelopes(List.of(id)));
      Message message = single(backend.messages().find(List.of(id), MAX_CHARACTERS));
      PrintWriter out = root.console().out();
      line("From", envelope.sender().map(ShowCommand::address).orElse(""));
      line("To", addresses(envelope.to()));
      line("Cc", addresses(envelope.cc()));
      line(
          "Date",
          envelope
              .sentAt()
              .map(
                  time ->
                      DateTimeFormatter.RFC_1123_DATE_TIME.format(
                          time.atZone(root.clock().getZone())))
              .orElse(""));
      line("Subject", envelope.subject());
      line("Labels", joined(envelope.labels()));
      line("Attachments", joined(envelope.attachments()));
      line("Source", envelope.source());
      line("Key", envelope.externalId());
      out.println();
      out.println(Console.toLines(body(message)).strip());
      if (message.truncated()) {
        root.console().err().println("note: only the beginning is shown");
      }
      return ExitCode.OK;
    }
  }

  private <T> T single(List<T> found) {
    if (found.isEmpty()) {
      throw new CommandFailure(ExitCode.FAILED, "there is no message " + id);
    }
    return found.get(0);
  }

  /** The plain text, or the HTML as a reader would see it, with nothing taken out. */
  private static String body(Message message) {
    TextPolicy policy =
        TextPolicy.standard()
            .without(Step.DATA_URIS)
            .without(Step.ENCODED_BYTES)
            .without(Step.TRACKING_PARAMETERS)
            .without(Step.QUOTED_REPLIES)
            .without(Step.SIGNATURES)
            .without(Step.WHITE_SPACE)
            .withMaxBodyCharacters(MAX_CHARACTERS);
    return new TextPreparer(policy).prepare("", message.text(), message.html());
  }

  private void line(String name, String value) {
    if (!value.isBlank()) {
      root.console().out().println(name + ": " + Console.toOneLine(value));
    }
  }

  private static String addresses(List<Address> addresses) {
    return addresses.stream().map(ShowCommand::address).collect(Collectors.joining(", "));
  }

  private static String address(Address address) {
    return address.name().isBlank()
        ? address.address()
        : address.name() + " <" + address.address() + ">";
  }

  private static String joined(Collection<String> names) {
    return String.join(", ", names);
  }
}
