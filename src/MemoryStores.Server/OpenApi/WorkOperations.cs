using System.Text.Json.Nodes;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Work;
using MemoryStores.Server.Http;
using static MemoryStores.Server.OpenApi.Operations;

namespace MemoryStores.Server.OpenApi;

/// <summary>The operations around the work of self-hosted environments.</summary>
internal static class WorkOperations
{
    private const string Queue = "/v1/environments/{environmentId}/work";
    private const string Item = Queue + "/{workId}";

    private static readonly RequestBody Update = new("UpdateWorkRequest", IsOptional: false, """{"metadata": {"host": "worker-1", "old": null}}""",
        new BodyField("metadata", $"Up to {Limits.MetadataPairs} pairs; null removes one", RequestBodies.Pairs(nullable: true)));

    private static readonly RequestBody Stop = new("StopWorkRequest", IsOptional: true, """{"force": false}""",
        new BodyField("force", "It has ended, and is not asked to", new JsonObject { ["type"] = "boolean", ["default"] = false }));

    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET", Queue, "listWork", Work, Surface.Managed, "List the work of an environment, newest first")
            { Query = [Limit, Page], Answer = WireJson.Wire.PageBodyWorkBody, Refusals = [404] },
        new("GET", Queue + "/poll", "pollWork", Work, Surface.Managed, "Be shown the oldest work that no worker has")
        {
            Query =
            [
                new("block_ms", "How long to wait for some; absent: not at all", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 999 }),
                new("reclaim_older_than_ms", "Also what was shown to another worker longer ago than this and not taken", Number(0, 86_400_000, (int)PollWork.ReclaimUnlessAsked.TotalMilliseconds)),
            ],
            Answer = WireJson.Wire.WorkBody, Refusals = [404],
            Description = "null where there is none. secret is base64url of JSON with sessions_token, for everything after the ack. Work whose worker has not been heard of for its ttl_seconds is shown again.",
        },
        new("GET", Queue + "/stats", "measureWork", Work, Surface.Managed, "How the queue of an environment stands")
            { Answer = WireJson.Wire.WorkStatsBody, Refusals = [404] },
        new("GET", Item, "retrieveWork", Work, Surface.Managed, "Retrieve work") { Answer = WireJson.Wire.WorkBody, Refusals = [404] },
        new("POST", Item, "updateWork", Work, Surface.Managed, "Change the metadata of work") { Body = Update, Answer = WireJson.Wire.WorkBody, Refusals = [404] },
        new("POST", Item + "/ack", "acknowledgeWork", Work, Surface.Managed, "Take work that was shown")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.WorkBody, Refusals = [404, 409] },
        new("POST", Item + "/heartbeat", "heartbeatWork", Work, Surface.Managed, "Say that a worker is at it")
        {
            Query =
            [
                new("expected_last_heartbeat", "last_heartbeat of the answer before, NO_HEARTBEAT the first time; another one is there: 412", Text()),
                new("desired_ttl_seconds", $"For how long; at most {WorkItem.TtlSecondsAtMost} are given", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["default"] = WorkItem.TtlSecondsUnlessAsked }),
            ],
            Body = RequestBodies.Nothing, Answer = WireJson.Wire.WorkHeartbeatBody, Refusals = [404, 412],
        },
        new("POST", Item + "/stop", "stopWork", Work, Surface.Managed, "Have work come to its end")
            { Body = Stop, Answer = WireJson.Wire.WorkBody, Refusals = [404, 409] },
    ];
}
