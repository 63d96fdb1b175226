using System.Text.Json;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>A memory the server told of, and what a request about it needs to know.</summary>
internal sealed record Aim(string Store, string Memory, string Version, string Sha256)
{
    public string Agent { get; init; } = "";
    public string Environment { get; init; } = "";
}

/// <summary>
/// What requests aim at: ids, secrets and page tokens out of earlier answers, the newest of each kind, beside those of the
/// control store, which must come to no harm. Each pick is one throw of the dice whatever is here, so that a seed keeps its requests.
/// </summary>
internal sealed class Aims
{
    private const int Kept = 64;

    private readonly Pool<Aim> memories;
    private readonly Pool<string> stores;
    private readonly Pool<string> keys = new(string.Equals, "apikey_01abc");
    private readonly Pool<string> secrets;
    private readonly Pool<string> agents = new(string.Equals, "agent_01abc");
    private readonly Pool<string> environments = new(string.Equals, "env_01abc");
    private readonly Pool<string> sessions = new(string.Equals, "sesn_01abc");
    private readonly Pool<string> pages = new(string.Equals, "page_AAAAAAAAAAAAAAAAAAAAAAAA");
    private readonly Aim[] control;

    public Aims(Aim[] control, Aim first, params string[] secrets)
    {
        this.control = control;
        memories = new((one, other) => one.Memory == other.Memory, first);
        stores = new(string.Equals, first.Store);
        this.secrets = new(string.Equals, secrets);
    }

    public Aim Memory(Dice dice)
    {
        var (at, other) = (dice.Below(Kept), dice.Below(25));
        return other switch
        {
            0 => control[at % control.Length],
            1 => memories[at] with { Store = stores[at] },
            _ => memories[at],
        };
    }

    public string Store(Dice dice) => dice.OneIn(20) ? control[0].Store : stores[dice.Below(Kept)];

    public string Key(Dice dice) => keys[dice.Below(Kept)];

    public string Agent(Dice dice) => agents[dice.Below(Kept)];

    public string Environment(Dice dice) => environments[dice.Below(Kept)];

    public string Session(Dice dice) => sessions[dice.Below(Kept)];

    public string Secret(Dice dice) => secrets[dice.Below(Kept)];

    public string Page(Dice dice) => pages[dice.Below(Kept)];

    /// <summary>Takes from a successful answer what later requests can use.</summary>
    public void Learn(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return;
        if (body.TryGetProperty("next_page", out var next) && next.ValueKind == JsonValueKind.String) pages.Add(next.GetString()!);
        if (body.TryGetProperty("data", out var list) && list.GetArrayLength() > 0) LearnItem(list[list.GetArrayLength() / 2]);
        LearnItem(body);
    }

    private void LearnItem(JsonElement item)
    {
        switch (Text(item, "type"))
        {
            case "memory_store":
                stores.Add(Text(item, "id"));
                break;
            case "agent":
                agents.Add(Text(item, "id"));
                break;
            case "environment":
                environments.Add(Text(item, "id"));
                break;
            case "session":
                sessions.Add(Text(item, "id"));
                break;
            case "session_token" or "environment_key" when item.TryGetProperty("token", out var token):
                secrets.Add(token.GetString()!);
                break;
            case "session_deleted":
                var ended = Text(item, "id");
                sessions.Drop(session => session == ended);
                break;
            case "environment_deleted":
                var closed = Text(item, "id");
                environments.Drop(environment => environment == closed);
                break;
            case "memory":
                memories.Add(AimAt(item, "id", "memory_version_id"));
                break;
            case "memory_version":
                memories.Add(AimAt(item, "memory_id", "id"));
                break;
            case "memory_store_deleted":
                var gone = Text(item, "id");
                stores.Drop(store => store == gone);
                memories.Drop(memory => memory.Store == gone);
                break;
            // Only keys of the run's own making: the one it lives by must not be found and revoked.
            case "api_key" when item.TryGetProperty("key", out var secret):
                keys.Add(Text(item, "id"));
                secrets.Add(secret.GetString()!);
                break;
        }
    }

    private static Aim AimAt(JsonElement item, string memory, string version) =>
        new(Text(item, "memory_store_id"), Text(item, memory), Text(item, version), Text(item, "content_sha256"));

    private static string Text(JsonElement item, string field) =>
        item.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>The last that were added; until there are enough, those it began with.</summary>
    private sealed class Pool<T>(Func<T, T, bool> same)
    {
        private readonly T[] kept = new T[Kept];
        private readonly Lock turn = new();
        private int added;

        public Pool(Func<T, T, bool> same, params ReadOnlySpan<T> first) : this(same)
        {
            for (var i = 0; i < Kept; i++) kept[i] = first[i % first.Length];
        }

        public T this[int at]
        {
            get
            {
                lock (turn) return kept[at];
            }
        }

        /// <summary>Most requests are to find something: what is gone leaves its place to a neighbour.</summary>
        public void Drop(Predicate<T> gone)
        {
            lock (turn)
            {
                for (var i = 0; i < Kept; i++)
                    if (gone(kept[i])) kept[i] = kept[(i + 7) % Kept];
            }
        }

        /// <summary>One that is known already takes its own place, or a few much-used ones would soon be all there is.</summary>
        public void Add(T one)
        {
            lock (turn)
            {
                var known = Array.FindIndex(kept, other => same(other, one));
                kept[known >= 0 ? known : added++ % Kept] = one;
            }
        }
    }
}
