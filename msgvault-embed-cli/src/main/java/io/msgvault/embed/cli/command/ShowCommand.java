package io.msgvault.embed.cli.command;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.MessageJson;
import io.msgvault.embed.cli.reading.MessageText;
import io.msgvault.embed.store.Message;
import java.io.PrintWriter;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a message. */
@Command(name = "show", description = "Shows a message.")
public final class ShowCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(paramLabel = "ID", description = "The id of the message.")
  private long id;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  /** Creates the command. */
  public ShowCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Backend backend = context.openBackendReadOnly()) {
      MessageHeader header = single(backend.headers(List.of(id)));
      Message message = single(backend.messages().find(List.of(id), MessageText.MAX_CHARACTERS));
      if (json) {
        MessageJson.write(header, MessageText.of(message), context.console().out());
      } else {
        print(header, message);
      }
      if (message.truncated()) {
        context.console().note("note: the text is too long; only its beginning is shown");
      }
      return ExitCode.OK;
    }
  }

  private void print(MessageHeader header, Message message) {
    line("From", header.sender().map(ShowCommand::address).orElse(""));
    line("To", addresses(header.to()));
    line("Cc", addresses(header.cc()));
    line("Bcc", addresses(header.bcc()));
    line(
        "Date",
        header
            .sentAt()
            .map(time -> DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atZone(context.zone())))
            .orElse(""));
    line("Subject", header.subject());
    line("Labels", joined(header.labels()));
    line("Attachments", joined(header.attachments()));
    line("Source", header.source());
    line("External id", header.externalId());
    line("Conversation", header.conversation().orElse(""));
    PrintWriter out = context.console().out();
    out.println();
    out.println(Console.toLines(MessageText.of(message)));
  }

  private <T> T single(List<T> found) {
    if (found.isEmpty()) {
      throw new CommandFailure(ExitCode.FAILED, "message " + id + " does not exist");
    }
    return found.get(0);
  }

  private void line(String name, String value) {
    if (!value.isBlank()) {
      context.console().say(name + ": " + Console.toOneLine(value));
    }
  }

  private static String addresses(List<Participant> participants) {
    return participants.stream().map(ShowCommand::address).collect(Collectors.joining(", "));
  }

  private static String address(Participant participant) {
    return participant.name().isBlank()
        ? participant.address()
        : participant.name() + " <" + participant.address() + ">";
  }

  private static String joined(Collection<String> names) {
    return String.join(", ", names);
  }
}
