using System.Net;
using Anthropic.Exceptions;
using Anthropic.Models.Beta.MemoryStores.Memories;

namespace MemoryStores.Sdk.Tests;

/// <summary>Where SDK 12 differs from SDK 13.</summary>
internal static class Dialect
{
    /// <summary>What the SDK sends that tells its generation.</summary>
    public const string KeyHeader = "x-api-key";
    public const string KeyPrefix = "";

    public static BetaManagedAgentsPrecondition Precondition(string hash) =>
        new() { Type = BetaManagedAgentsPreconditionType.ContentSha256, ContentSha256 = hash };

    /// <summary>It has no class for 409, and does not read the type out of the body.</summary>
    public static void IsConflict(AnthropicApiException error, string type)
    {
        Assert.IsAssignableFrom<Anthropic4xxException>(error);
        Assert.Equal(HttpStatusCode.Conflict, error.StatusCode);
        Assert.Contains($"\"{type}\"", error.ResponseBody, StringComparison.Ordinal);
    }
}
