package io.msgvault.embed.pgvector;

/** Installs a message store in a process of its own, to be killed meanwhile. */
final class InstallingProcess {
  private InstallingProcess() {}

  /** Takes the URL of the database and the schema; prints a character before it installs. */
  public static void main(String[] args) {
    var dataSource = PgStorageOpener.dataSource(args[0]);
    System.out.print('>');
    System.out.flush();
    PgMessageStore.install(dataSource, args[1], OnlineInstallTest.MAILS).close();
  }
}
