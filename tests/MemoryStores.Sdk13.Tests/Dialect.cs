using System.Net;
using Anthropic.Exceptions;
using Anthropic.Models.Beta.MemoryStores.Memories;

namespace MemoryStores.Sdk.Tests;

/// <summary>Where SDK 13 differs from SDK 12.</summary>
internal static class Dialect
{
    /// <summary>What the SDK sends that tells its generation.</summary>
    public const string KeyHeader = "authorization";
    public const string KeyPrefix = "Bearer ";

    public static BetaManagedAgentsPrecondition Precondition(string hash) => new() { ContentSha256 = hash };

    public static void IsConflict(AnthropicApiException error, string type)
    {
        Assert.IsType<AnthropicConflictException>(error);
        Assert.Equal(HttpStatusCode.Conflict, error.StatusCode);
        Assert.Equal(type, error.Type?.Raw());
        Assert.StartsWith("req_", error.RequestID, StringComparison.Ordinal);
    }
}
