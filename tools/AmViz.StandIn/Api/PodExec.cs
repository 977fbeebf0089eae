using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Pods;
using AmViz.StandIn.Processes;
using AmViz.KubernetesApi;

namespace AmViz.StandIn.Api;

/// <summary>Runs a command in a container, over a WebSocket with a channel for each stream.</summary>
/// <remarks>Protocol v5.channel.k8s.io: the first byte of a message is its channel; 255 and a channel close one. Kubernetes, staging/src/k8s.io/apimachinery/pkg/util/remotecommand.</remarks>
internal sealed class PodExec(PodRuntime runtime)
{
    private const string Protocol = "v5.channel.k8s.io";
    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Errors = 2;
    private const byte End = 3;
    private const byte CloseChannel = 255;

    public async Task AnswerAsync(HttpListenerContext context, ApiCall call, JsonObject pod)
    {
        if (!context.Request.IsWebSocketRequest)
        {
            await FakeKubernetes.SendAsync(context.Response, 400, ObjectCall.Failure(400, "Commands are run over WebSockets only. Use kubectl 1.31 or later."));
            return;
        }

        if (runtime.Find(pod)?.Find(call.Query("container")) is not { State.IsRunning: true } container)
        {
            await FakeKubernetes.SendAsync(context.Response, 400, ObjectCall.Failure(400, $"container of pod \"{pod.Name()}\" does not run"));
            return;
        }

        var socket = (await context.AcceptWebSocketAsync(Protocol)).WebSocket;
        await RunAsync(socket, container, call.Queries("command"), call.Query("stdin") is "true" or "1");
    }

    private static async Task RunAsync(WebSocket socket, ContainerRun container, string[] command, bool input)
    {
        using var sending = new SemaphoreSlim(1);
        using var gone = new CancellationTokenSource();
        async Task SendAsync(byte channel, ReadOnlyMemory<byte> bytes)
        {
            await sending.WaitAsync(gone.Token);
            try
            {
                await socket.SendAsync((byte[])[channel, .. bytes.Span], WebSocketMessageType.Binary, endOfMessage: true, gone.Token);
            }
            finally
            {
                sending.Release();
            }
        }

        try
        {
            using var group = container.Exec(command);
            if (!input)
            {
                group.Process.StandardInput.Close();
            }

            var receiving = ReceiveAsync(socket, group, gone);
            await Task.WhenAll(
                PumpAsync(group.Process.StandardOutput.BaseStream, bytes => SendAsync(Output, bytes)),
                PumpAsync(group.Process.StandardError.BaseStream, bytes => SendAsync(Errors, bytes)));
            var code = await group.Ended;
            await SendAsync(End, Encoding.UTF8.GetBytes(Status(code, command).ToJsonString()));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", gone.Token);
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(2)));
        }
        catch (Exception e) when (e is NotYetException or WebSocketException or OperationCanceledException or IOException)
        {
            // The client has gone, or what the container was started with.
        }
        finally
        {
            socket.Dispose();
        }
    }

    // What comes in; when nobody is there any more, the command ends.
    private static async Task ReceiveAsync(WebSocket socket, ProcessGroup group, CancellationTokenSource gone)
    {
        var buffer = new byte[32 * 1024];
        var channel = -1;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var bytes = buffer.AsMemory(0, part.Count);
                if (channel < 0 && bytes.Length > 0)
                {
                    (channel, bytes) = (bytes.Span[0], bytes[1..]);
                }

                if (channel == Input)
                {
                    await group.Process.StandardInput.BaseStream.WriteAsync(bytes);
                    await group.Process.StandardInput.BaseStream.FlushAsync();
                }
                else if (channel == CloseChannel && bytes.Length > 0 && bytes.Span[0] == Input)
                {
                    group.Process.StandardInput.Close();
                }

                channel = part.EndOfMessage ? -1 : channel;
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either end is gone.
        }

        if (!group.Ended.IsCompleted)
        {
            group.AskToEnd();
            await gone.CancelAsync();
        }
    }

    private static async Task PumpAsync(Stream from, Func<ReadOnlyMemory<byte>, Task> send)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer)) > 0)
        {
            await send(buffer.AsMemory(0, count));
        }
    }

    private static JsonObject Status(int code, string[] command) => code == 0
        ? new() { ["metadata"] = new JsonObject(), ["status"] = "Success" }
        : new()
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["reason"] = "NonZeroExitCode",
            ["message"] = string.Create(CultureInfo.InvariantCulture, $"command terminated with non-zero exit code: '{string.Join(' ', command)}' ended with {code}"),
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code.ToString(CultureInfo.InvariantCulture) }) },
        };
}
