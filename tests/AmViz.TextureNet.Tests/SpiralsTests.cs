using System.Numerics;
using AmViz.Responses.Textures;
using AmViz.Responses.Textures.Families;

namespace AmViz.TextureNet.Tests;

public sealed class SpiralsTests
{
    private const int Directions = 720;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ArmsTurnAsTheyAreNamed(bool clockwise)
    {
        for (int draw = 0; draw < 8; draw++)
        {
            // A size of 0 puts the centre at the origin.
            Paint paint = new Spirals(clockwise).Draw(new TextureRandom(1, 0, draw), size: 0);
            float[] inner = Around(paint, 30), outer = Around(paint, 31.5f);
            // y points down, so the larger angle is the one further clockwise.
            float ahead = Likeness(inner, outer, +6), behind = Likeness(inner, outer, -6);
            Assert.Equal(clockwise, ahead > behind);
        }
    }

    private static float[] Around(Paint paint, float radius) =>
        [.. Enumerable.Range(0, Directions).Select(direction =>
        {
            var (sine, cosine) = MathF.SinCos(MathF.Tau * direction / Directions);
            return Vector3.Dot(paint(radius * cosine, radius * sine), Vector3.One);
        })];

    private static float Likeness(float[] inner, float[] outer, int turned) =>
        -Enumerable.Range(0, Directions).Sum(direction =>
            MathF.Abs(inner[direction] - outer[(direction + turned + Directions) % Directions]));
}
