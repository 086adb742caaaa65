"""The official client for Python. An order comes as a line of JSON, and its outcome goes out as one."""

import json
import sys

import openai
from pydantic import BaseModel

CELSIUS = {"Paris": 20, "Oslo": -5}

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Weather(BaseModel):
    city: str
    celsius: float


def client_of(order):
    return openai.OpenAI(base_url=order["url"], api_key="theirs", max_retries=0)


def params_of(order):
    content = order["question"]
    if "image" in order:
        content = [{"type": "text", "text": content}, {"type": "image_url", "image_url": {"url": order["image"]}}]
    params = {"model": "claude", "messages": [{"role": "user", "content": content}]}
    if "effort" in order:
        params["reasoning_effort"] = order["effort"]
    return params


def say(order, params, heard):
    """The model's next completion, whole or put together from a stream."""
    completions = client_of(order).chat.completions
    if not order.get("stream"):
        return completions.create(**params)
    heard["text"] = ""
    heard["pieces"] = 0
    with completions.stream(**params, stream_options={"include_usage": True}) as stream:
        for event in stream:
            if event.type == "content.delta":
                heard["text"] += event.delta
                heard["pieces"] += 1
        # the final completion is an exception if a content filter has ended it
        return stream.current_completion_snapshot


def answer(order, heard):
    completion = say(order, params_of(order), heard)
    choice = completion.choices[0]
    usage = completion.usage
    return {
        **heard,
        "text": choice.message.content,
        "refusal": choice.message.refusal,
        "finish": choice.finish_reason,
        "usage": [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens],
    }


def tools(order, heard):
    params = params_of(order)
    params["tools"] = [TOOL]
    first = say(order, params, heard).choices[0]
    calls = [(call.id, json.loads(call.function.arguments)) for call in first.message.tool_calls]
    params["messages"].append(first.message.to_dict())
    for id, arguments in calls:
        result = json.dumps({"city": arguments["city"], "celsius": CELSIUS[arguments["city"]]}, separators=(",", ":"))
        params["messages"].append({"role": "tool", "tool_call_id": id, "content": result})
    last = say(order, params, heard).choices[0]
    return {
        "text": last.message.content,
        "calls": calls,
        "finishes": [first.finish_reason, last.finish_reason],
        "reasoning": getattr(first.message, "reasoning_content", None),
    }


def object_(order, heard):
    completions = client_of(order).chat.completions
    if not order.get("stream"):
        completion = completions.parse(**params_of(order), response_format=Weather)
    else:
        with completions.stream(**params_of(order), response_format=Weather) as stream:
            completion = stream.get_final_completion()
    return {"object": completion.choices[0].message.parsed.model_dump()}


def abort(order, heard):
    text = ""
    stream = client_of(order).chat.completions.create(**params_of(order), stream=True)
    for chunk in stream:
        text += chunk.choices[0].delta.content or ""
        if text != "":
            stream.close()
            break
    return {"text": text}


def embed(order, heard):
    # the vectors are asked for as base64, as this client does by itself
    answer = client_of(order).embeddings.create(model="embed", input=order["texts"])
    usage = answer.usage
    return {"vectors": [one.embedding for one in answer.data], "usage": [usage.prompt_tokens, 0, usage.total_tokens]}


ACTIONS = {"answer": answer, "tools": tools, "object": object_, "abort": abort, "embed": embed}

for line in sys.stdin:
    order = json.loads(line)
    heard = {}
    try:
        outcome = ACTIONS[order["action"]](order, heard)
    except Exception as error:
        told = {member: getattr(error, member, None) for member in ("message", "code")}
        thrown = {**told, "status": getattr(error, "status_code", None), "name": type(error).__name__}
        outcome = {**heard, "thrown": thrown if told["message"] else {**thrown, "message": str(error)}}
    print(json.dumps(outcome), flush=True)
