using MemoryStores.Server.Configuration;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Server;

/// <summary>Where settings come from, which place wins, and what is refused.</summary>
public sealed class SettingsFacts : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly Dictionary<string, string?> environment = [];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_flag_wins_over_the_environment_and_the_environment_over_the_file()
    {
        var file = File("""{"data": "/from/file", "log_level": "debug", "rate_read": 60}""");
        environment["MEMSTORES_DATA"] = "/from/environment";
        environment["MEMSTORES_LOG_LEVEL"] = "error";

        var settings = Read("--config", file, "--data", "/from/flag");

        Assert.Equal("/from/flag", settings.Text("data"));
        Assert.Equal("error", settings.Text("log-level"));
        Assert.Equal("60", settings.Text("rate-read"));
        Assert.Equal("http://127.0.0.1:7878", settings.Text("listen"));
        Assert.Equal(["--data", "default", file, "MEMSTORES_LOG_LEVEL"],
            new[] { "data", "listen", "rate-read", "log-level" }.Select(name => settings.InOrder.Single(given => given.Setting.Name == name).Origin));
    }

    [Fact]
    public void The_file_may_be_named_by_the_environment_and_the_flag_names_another()
    {
        environment["MEMSTORES_CONFIG"] = File("""{"data": "/one"}""");
        Assert.Equal("/one", Read().Text("data"));
        Assert.Equal("/two", Read("--config", File("""{"data": "/two"}""")).Text("data"));
    }

    [Fact]
    public void An_empty_variable_is_none()
    {
        environment["MEMSTORES_DATA"] = "";
        Assert.Equal("./.memstores", Read().Text("data"));
    }

    [Fact]
    public void A_list_is_repeated_separated_by_commas_or_an_object()
    {
        Assert.Equal(["memory_bytes=1", "store_bytes=2"], Read("--limit", "memory_bytes=1", "--limit", "store_bytes=2").List("limit"));
        environment["MEMSTORES_LIMIT"] = "memory_bytes=3,store_bytes=4";
        Assert.Equal(["memory_bytes=3", "store_bytes=4"], Read().List("limit"));
        environment.Clear();
        Assert.Equal(["memory_bytes=5"], Read("--config", File("""{"limit": {"memory_bytes": 5}}""")).List("limit"));
    }

    [Fact]
    public void A_flag_takes_its_value_behind_it_or_behind_an_equals_sign()
    {
        Assert.Equal("/a", Read("--data", "/a").Text("data"));
        Assert.Equal("/a=b", Read("--data=/a=b").Text("data"));
        Assert.True(Read("--insecure-http").IsOn("insecure-http"));
        Assert.False(Read("--insecure-http=false").IsOn("insecure-http"));
        Assert.True(Read("--config", File("""{"insecure_http": true}""")).IsOn("insecure-http"));
    }

    public static TheoryData<string, string> UnknownFlags => new()
    {
        { "--lisen", "did you mean '--listen'" },
        { "--rate_create", "did you mean '--rate-create'" },
        { "--frobnicate", "unknown option '--frobnicate'" },
        { "data", "unknown option 'data'" },
        { "-d", "unknown option '-d'" },
    };

    [Theory]
    [MemberData(nameof(UnknownFlags))]
    public void An_unknown_option_is_refused_with_what_was_meant(string flag, string hint) => Refused(hint, flag, "x");

    [Theory]
    [InlineData("""{"lisen": "x"}""", "did you mean 'listen'")]
    [InlineData("""{"rate-create": 5}""", "did you mean 'rate_create'")]
    [InlineData("""{"Data": "x"}""", "unknown setting 'Data'")]
    [InlineData("""{"data": null}""", "'data' takes DIR")]
    [InlineData("""{"limit": ["memory_bytes=1"]}""", "'limit' takes NAME=VALUE")]
    [InlineData("""{"data": "a", "data": "b"}""", "there twice")]
    [InlineData("""["data"]""", "JSON object")]
    [InlineData("{\n\"data\": x}", "line 2")]
    [InlineData("", "line 1")]
    public void A_file_with_a_slip_is_refused(string json, string hint) => Refused(hint, "--config", File(json));

    [Fact]
    public void A_file_that_is_named_and_not_there_is_refused() => Refused("cannot be read", "--config", directory.File("none.json"));

    [Theory]
    [InlineData("--data")]
    [InlineData("--data=")]
    [InlineData("--config")]
    public void A_flag_without_its_value_is_refused(string flag) => Refused("needs a value", flag);

    [Theory]
    [InlineData("1")]
    [InlineData("yes")]
    [InlineData("True")]
    public void A_switch_that_is_neither_on_nor_off_is_refused(string value)
    {
        Refused("true or false", $"--insecure-http={value}");
        environment["MEMSTORES_INSECURE_HTTP"] = value;
        Refused("MEMSTORES_INSECURE_HTTP");
    }

    [Theory]
    [InlineData("--rate-create", "0")]
    [InlineData("--rate-read", "-1")]
    [InlineData("--rate-read", "many")]
    [InlineData("--log-level", "loud")]
    [InlineData("--limit", "memory_bytes")]
    [InlineData("--limit", "memory_bytes=0")]
    [InlineData("--limit", "memory_bytes=99999999")]
    [InlineData("--limit", "memries=5")]
    [InlineData("--bootstrap-key", "a b")]
    [InlineData("--listen", "ftp://127.0.0.1")]
    [InlineData("--listen", "http://example.com:80")]
    [InlineData("--listen", "http://127.0.0.1:80/path")]
    [InlineData("--listen", "unix:")]
    [InlineData("--listen", "https://127.0.0.1:80")]
    [InlineData("--tls-cert", "a.pem")]
    public void A_value_that_cannot_be_is_refused_before_anything_starts(string flag, string value) =>
        Assert.NotNull(Problem(flag, value));

    [Theory]
    [InlineData("http://0.0.0.0:7878", false)]
    [InlineData("http://[::]:7878", false)]
    [InlineData("http://192.168.1.5:7878", false)]
    [InlineData("http://127.0.0.1:7878", true)]
    [InlineData("http://127.1.2.3:7878", true)]
    [InlineData("http://[::1]:7878", true)]
    [InlineData("http://localhost:7878", true)]
    [InlineData("unix:/tmp/memstores.sock", true)]
    public void Keys_leave_the_machine_unencrypted_only_when_the_operator_says_so(string listen, bool allowed)
    {
        Assert.Equal(allowed, Problem("--listen", listen) is null);
        if (!allowed) Assert.Contains("--insecure-http", Problem("--listen", listen), StringComparison.Ordinal);
        Assert.Null(Problem("--listen", listen, "--insecure-http"));
    }

    private string File(string json)
    {
        var file = directory.File($"{Guid.NewGuid()}.json");
        System.IO.File.WriteAllText(file, json);
        return file;
    }

    private Settings Read(params string[] arguments)
    {
        Assert.True(Settings.TryRead(arguments, environment.GetValueOrDefault, out var settings, out var problem), problem);
        return settings;
    }

    private void Refused(string hint, params string[] arguments)
    {
        Assert.False(Settings.TryRead(arguments, environment.GetValueOrDefault, out _, out var problem));
        Assert.Contains(hint, problem, StringComparison.Ordinal);
    }

    private string? Problem(params string[] arguments) =>
        Settings.TryRead(arguments, environment.GetValueOrDefault, out var settings, out var problem) && ServeOptions.TryMake(settings, out _, out problem) ? null : problem;
}
