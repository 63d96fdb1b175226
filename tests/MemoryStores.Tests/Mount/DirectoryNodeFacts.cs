using MemoryStores.Mount;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Tests.Mount;

/// <summary>A listing goes on after a cookie, whatever came and went since the page before.</summary>
public sealed class DirectoryNodeFacts(ITestOutputHelper output)
{
    private readonly MountTree tree = new(new Bounds(), new SteppedTime());

    [Fact]
    public void What_stays_is_listed_once_and_nothing_twice_while_others_come_and_go()
    {
        var random = Chance.For(nameof(What_stays_is_listed_once_and_nothing_twice_while_others_come_and_go));
        output.WriteLine(Chance.Replay);
        for (var game = 0; game < (Chance.IsSoak ? 2_000 : 100); game++)
        {
            var root = new MountTree(new Bounds(), new SteppedTime());
            var (others, stays) = (new List<string>(), new HashSet<string>());
            for (var name = 0; name < random.Next(1, 200); name++)
            {
                root.Attach(root.Root, $"n{name}", root.NewMemory());
                if (random.Next(3) == 0) stays.Add($"n{name}");
                else others.Add($"n{name}");
            }
            var (listed, cookie, made) = (new List<string>(), 0UL, 0);
            while (true)
            {
                var page = root.Root.After(cookie).Take(random.Next(1, 30)).ToList();
                if (page.Count == 0) break;
                listed.AddRange(page.Select(node => node.Name));
                cookie = page[^1].Cookie;
                for (var change = random.Next(40); change > 0; change--)
                {
                    if (others.Count > 0 && random.Next(3) > 0)
                    {
                        var name = others[random.Next(others.Count)];
                        others.Remove(name);
                        Assert.True(root.Root.TryFind(name, out var node));
                        root.Detach(node);
                    }
                    else if (made < 300)
                    {
                        others.Add($"m{made}");
                        root.Attach(root.Root, $"m{made++}", root.NewMemory());
                    }
                }
            }
            Assert.Equal(listed.Count, listed.Distinct().Count());
            Assert.Equal([], stays.Except(listed));
            Assert.Equal(stays.Concat(others).Order(), root.Root.After(0).Select(node => node.Name).Order());
        }
    }

    [Fact]
    public void Cookies_only_grow_and_a_name_that_comes_back_is_listed_at_the_end()
    {
        tree.Attach(tree.Root, "a", tree.NewMemory());
        tree.Attach(tree.Root, "b", tree.NewMemory());
        Assert.True(tree.Root.TryFind("a", out var a));
        var first = a.Cookie;
        Assert.True(first > 2); // After "." and "..".
        tree.Detach(a);
        tree.Attach(tree.Root, "a", a);
        Assert.Equal(["b", "a"], tree.Root.After(0).Select(node => node.Name));
        Assert.Equal(["b", "a"], tree.Root.After(first).Select(node => node.Name));
        Assert.Empty(tree.Root.After(a.Cookie));
    }

    [Fact]
    public void A_name_is_found_as_text_and_as_letters_on_the_stack_and_only_in_its_own_case()
    {
        tree.Attach(tree.Root, "Über.md", tree.NewMemory());
        Assert.True(tree.Root.TryFind("Über.md".AsSpan(), out _));
        Assert.False(tree.Root.TryFind("über.md", out _));
    }
}
