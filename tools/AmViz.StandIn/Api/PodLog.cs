using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Pods;
using AmViz.KubernetesApi;

namespace AmViz.StandIn.Api;

/// <summary>What a container has written, and with <c>-f</c> writes.</summary>
internal sealed class PodLog(PodRuntime runtime)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public async Task AnswerAsync(HttpListenerContext context, ApiCall call, JsonObject pod)
    {
        if (runtime.Find(pod)?.Find(call.Query("container")) is not { } container)
        {
            await FakeKubernetes.SendAsync(context.Response, 400, ObjectCall.Failure(400, $"container \"{call.Query("container")}\" in pod \"{pod.Name()}\" is waiting to start"));
            return;
        }

        await using var log = container.OpenLog(call.Query("previous") is "true");
        if (log is null)
        {
            await FakeKubernetes.SendAsync(context.Response, 400, ObjectCall.Failure(400, $"container \"{container.Name}\" in pod \"{pod.Name()}\" has written nothing yet: {container.State.Waiting} {container.State.Message}"));
            return;
        }

        context.Response.ContentType = "text/plain";
        context.Response.SendChunked = true;
        await using (var output = context.Response.OutputStream)
        {
            if (int.TryParse(call.Query("tailLines"), NumberStyles.None, CultureInfo.InvariantCulture, out var lines))
            {
                SeekLast(log, lines);
            }

            await log.CopyToAsync(output);
            await output.FlushAsync();
            while (call.Query("follow") is "true" or "1" && !container.State.IsOver)
            {
                await Task.Delay(Look);
                await log.CopyToAsync(output);
                await output.FlushAsync();
            }

            await log.CopyToAsync(output);
        }

        context.Response.Close();
    }

    private static void SeekLast(FileStream log, int lines)
    {
        // The last line end ends the last line.
        for (var at = log.Length - 2; at >= 0; at--)
        {
            log.Position = at;
            if (log.ReadByte() == '\n' && --lines <= 0)
            {
                return;
            }
        }

        log.Position = lines > 0 || log.Length == 0 ? 0 : log.Position;
    }
}
