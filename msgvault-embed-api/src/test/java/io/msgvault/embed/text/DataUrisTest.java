package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DataUrisTest {
  @Test
  void removesDataUris() {
    assertEquals(
        "The chart: ![chart]() shows it.",
        DataUris.strip("The chart: ![chart](data:image/png;base64,iVBORw0KGgo=) shows it."));
    assertEquals(
        "a  b \"\" c",
        DataUris.strip("a data:text/plain;charset=utf-8,hi%20there b \"data:;base64,aGk=\" c"));
  }

  @Test
  void keepsOtherTextWithTheWordData() {
    for (String text :
        new String[] {
          "data: 1, 2, 3",
          "The metadata:image/png,x is wrong.",
          "data:image/png is a media type, but data:, is not a URI.",
          "data:" + "a/".repeat(100) + ",x",
          "data:text/plain,",
          "data:"
        }) {
      assertEquals(text, DataUris.strip(text));
    }
  }
}
