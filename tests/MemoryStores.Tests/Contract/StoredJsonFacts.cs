using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Tests.Contract;

public sealed class StoredJsonFacts
{
    [Theory]
    [InlineData("""{"b":1,"a":[1.50e+300,-0,true,null,12345678901234567890]}""")]
    [InlineData("""{"text":"two  spaces, \"quotes\" and \\ at the end\\"}""")]
    [InlineData("""{"text":"\u0061\ud83c\udf33🌳\u0000\/","\u00e9":{}}""")]
    [InlineData("{}")]
    public void Every_byte_stays(string json) => Assert.Equal(json, From(json)!.Text);

    [Fact]
    public void White_space_between_the_parts_goes_and_that_in_strings_stays() =>
        Assert.Equal("""{"a b":[" c\\"," \" ",{}]}""", From("""{ "a b" :""" + "\r\n\t" + """[ " c\\" , " \" " , { } ] }""")!.Text);

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":[{"b":"x\udc00"}]}""")]
    [InlineData("""{"a":{"\udc00":1}}""")]
    public void Half_of_a_surrogate_pair_is_refused_at_any_depth(string json) => Assert.Null(From(json));

    [Fact]
    public void It_is_written_as_it_stands_and_read_back_the_same()
    {
        var stored = From("""{"a":"\u0061🌳","n":1e400}""")!;

        var written = JsonSerializer.Serialize(stored);

        Assert.Equal(stored.Text, written);
        Assert.Equal(stored, JsonSerializer.Deserialize<StoredJson>(written));
    }

    private static StoredJson? From(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return StoredJson.TryFrom(parsed.RootElement);
    }
}
