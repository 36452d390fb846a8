package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.cli.mail.MailReader;
import io.msgvault.embed.cli.mail.ParsedMail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Imports files: mailboxes, single mails, packed ones, and whatever else a folder may hold. */
final class MailboxTrial implements FuzzTarget.Trial {
  /** What a packed file may become, for each of its bytes; the reader's own limit is higher. */
  private static final long GROWTH = 2_000;

  private final Path file;

  MailboxTrial() throws IOException {
    file = Workplace.create().resolve("mail");
  }

  @Override
  public void run(byte[] input) throws IOException {
    Files.write(file, input);
    Log log = new Log();
    new MailReader(log).read(file);
    Oracle.require(log.progress == input.length, "bytes were left out, or counted twice");
    for (ParsedMail mail : log.mails) {
      MailTrial.check(mail, GROWTH * input.length);
    }
    Oracle.require(log.bytes <= GROWTH * (input.length + 1000L), "it has been unpacked too far");
    log.told.forEach(line -> Oracle.require(line.length() < 70_000, "a huge line"));
  }

  /** Keeps what a reader reports. */
  private static final class Log implements MailReader.Listener {
    private final List<ParsedMail> mails = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private long bytes;
    private long progress;

    @Override
    public void mail(ParsedMail parsed, String location, long size) {
      mails.add(parsed);
      told.add(location);
      bytes += size;
    }

    @Override
    public void progress(long read) {
      Oracle.require(read >= progress, "the progress goes back");
      progress = read;
    }

    @Override
    public void deleted(String location) {
      told.add(location);
    }

    @Override
    public void skipped(String location) {
      told.add(location);
    }

    @Override
    public void unreadable(String location, String problem) {
      told.add(location + ": " + problem);
    }

    @Override
    public boolean isStopped() {
      return false;
    }
  }
}
