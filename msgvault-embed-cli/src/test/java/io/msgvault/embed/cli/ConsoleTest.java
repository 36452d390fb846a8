package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void linesAreCutToColumns() {
    assertEquals("abcde", Console.cut("abcde", 5));
    assertEquals("abcd…", Console.cut("abcdef", 5));
    assertEquals("a…", Console.cut("a   bcdef", 4));
    assertEquals("日本", Console.cut("日本", 4));
    assertEquals("日…", Console.cut("日本", 3));
    assertEquals("日…", Console.cut("日本語", 4));
    assertEquals("e\u0301e\u0301", Console.cut("e\u0301e\u0301", 2));
    assertEquals("…", Console.cut("abc", 1));
    assertEquals("", Console.cut("", 1));
  }

  @Test
  void joinersInsideWordsStay() {
    assertEquals("می\u200cخواهم", Console.oneLine(" می\u200cخواهم\u0007 "));
  }
}
