#include "connectors/sandbox/slack/view_page.h"

namespace apiops::sandbox::slack {

const std::string_view kViewPage = R"html(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Simulated Slack</title><link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}
body{margin:0;display:grid;grid-template-columns:180px 1fr;height:100vh}
nav{background:#4a154b;color:#fff;padding:12px;overflow:auto}
nav button{display:block;width:100%;text-align:left;background:none;border:0;color:#fff;padding:4px 8px;border-radius:6px;font:inherit;cursor:pointer}
nav button[aria-current=true]{background:#1164a3}
nav label{display:block;margin:12px 0 4px;font-size:12px;opacity:.8}
nav select{width:100%}
main{display:grid;grid-template-rows:1fr auto;min-width:0;min-height:0}
#log{overflow:auto;padding:16px;min-height:0}
article{margin:0 0 14px;max-width:900px}
article.reply{margin-left:32px;border-left:3px solid #8884;padding-left:12px}
article.private{opacity:.85;border-left:3px solid #e8912d;padding-left:12px}
b.who{margin-right:8px}small{opacity:.65}
.header{font-weight:700;font-size:17px}.context{font-size:12px;opacity:.7}
pre{background:#8882;padding:8px;border-radius:6px;overflow:auto;white-space:pre-wrap}
table{border-collapse:collapse;margin:6px 0}td{border:1px solid #8886;padding:2px 8px;vertical-align:top}tr:first-child td{font-weight:700}
.actions button{margin:4px 6px 4px 0;padding:4px 12px;border-radius:6px;border:1px solid #888;background:none;font:inherit;cursor:pointer}
.actions .primary{background:#007a5a;color:#fff}.actions .danger{background:#e01e5a;color:#fff}
form{display:flex;gap:8px;padding:12px;border-top:1px solid #8884}form input{flex:1;font:inherit;padding:6px}
.reply-to{font-size:12px;background:none;border:0;color:#1d9bd1;cursor:pointer;padding:0}
img{max-width:100%;border:1px solid #8884;border-radius:6px}.file{font-size:13px}
dialog{border:1px solid #888;border-radius:8px;min-width:360px}
</style>
<nav><strong>Simulated Slack</strong><label for="who">You are</label><select id="who"></select><label>Channels</label><div id="channels"></div><label>App</label><button id="home">Home tab</button></nav>
<main><div id="log" aria-live="polite"></div>
<form id="say"><input id="text" placeholder="Message, for example @apiops why are calls failing?" aria-label="Message" autocomplete="off"><button>Send</button></form></main>
<dialog id="form"></dialog>
<script>
const $=id=>document.getElementById(id);let state=null,channel='C0OPS0001',thread='',shown=new Set();
const el=(tag,text,cls)=>{const e=document.createElement(tag);if(text!=null)e.textContent=text;if(cls)e.className=cls;return e};
const socket=new WebSocket('ws://'+location.host+'/view');
const act=a=>socket.send(JSON.stringify(a));
const unescape=t=>t.replace(/<@U0APIOPS1>/g,'@apiops').replace(/&lt;/g,'<').replace(/&gt;/g,'>').replace(/&amp;/g,'&');
const me=()=>$('who').value;
const marked=t=>unescape(t.replace(/<@(\w+)>/g,(all,id)=>'@'+(state.members.find(m=>m.id===id)||{name:id}).name).replace(/<!subteam\^(\w+)>/g,'@$1'));
function rich(b){const d=el('div');for(const part of b.elements){const p=el(part.type==='rich_text_preformatted'?'pre':'div');p.style.whiteSpace='pre-wrap';
 for(const x of part.elements)p.append(el(x.style&&x.style.bold?'b':'span',x.text));d.append(p)}return d}
function block(b,m){
 if(b.type==='header')return el('div',b.text.text,'header');
 if(b.type==='section'){const d=el('div',b.text.type==='mrkdwn'?marked(b.text.text):b.text.text);d.style.whiteSpace='pre-wrap';return d}
 if(b.type==='context')return el('div',b.elements.map(e=>e.text).join(' '),'context');
 if(b.type==='rich_text')return rich(b);
 if(b.type==='table'){const t=el('table');for(const r of b.rows){const tr=el('tr');for(const c of r)tr.append(el('td',c.text));t.append(tr)}return t}
 if(b.type==='actions'){const d=el('div',null,'actions');for(const e of b.elements){
  if(e.type==='button'){const x=el('button',e.text.text,e.style||'');x.onclick=()=>e.url?open(e.url,'_blank','noopener'):act({do:'click',user:me(),channel:m.channel,ts:m.ts,action_id:e.action_id});d.append(x)}
  else if(e.type==='static_select'){const s=el('select');s.append(el('option',e.placeholder.text));for(const o of e.options)s.append(el('option',o.text.text));
   s.onchange=()=>act({do:'click',user:me(),channel:m.channel,ts:m.ts,label:s.value});d.append(s)}}return d}
 return el('div','['+b.type+']')}
function article(m){const a=el('article',null,(m.thread_ts&&m.thread_ts!==m.ts?'reply ':'')+(m.only_for?'private':''));
 const member=state.members.find(x=>x.id===m.user);a.append(el('b',member?member.name:'apiops','who'),el('small',m.only_for?'only you can see this':m.edited?'edited':''));
 if(Array.isArray(m.blocks))for(const b of m.blocks)a.append(block(b,m));else{const d=el('div',unescape(m.text));d.style.whiteSpace='pre-wrap';a.append(d)}
 for(const f of m.files||[]){if(f.mimetype==='image/png')a.append(Object.assign(el('img'),{src:f.url_private,alt:f.title}));
  else a.append(Object.assign(el('a',f.title+' ('+f.size+' bytes)','file'),{href:f.url_private,target:'_blank',rel:'noopener'}))}
 if(member){const d=el('button','Diagnose this','reply-to');d.style.marginRight='12px';d.onclick=()=>act({do:'shortcut',user:me(),channel:m.channel,ts:m.ts});a.append(d)}
 if(!m.thread_ts){const r=el('button','Reply in thread','reply-to');r.onclick=()=>{thread=m.ts;$('text').placeholder='Reply in the thread';$('text').focus()};a.append(r)}
 return a}
function draw(){if(!state)return;
 if(!$('who').options.length)for(const m of state.members)$('who').append(Object.assign(el('option',m.name),{value:m.id}));
 const rows=[...state.channels,{id:'D'+me().slice(1),name:'direct message'}];
 $('channels').replaceChildren(...rows.map(c=>{const b=el('button',(c.id[0]==='D'?'':'# ')+c.name);b.setAttribute('aria-current',c.id===channel);b.onclick=()=>{channel=c.id;thread='';draw()};return b}));
 $('home').setAttribute('aria-current',channel==='home');
 if(channel==='home'){const v=state.views['home/'+me()];$('log').replaceChildren(...(v?v.blocks.map(b=>block(b,{channel:'home',ts:''})):[el('p','The app shows nothing here yet.')]));return}
 const mine=state.messages.filter(m=>m.channel===channel&&(!m.only_for||m.only_for===me()));
 const roots=mine.filter(m=>!m.thread_ts||!mine.some(r=>r.ts===m.thread_ts));
 $('log').replaceChildren(...roots.flatMap(r=>[article(r),...mine.filter(m=>m.thread_ts===r.ts&&m!==r).map(article)]));
 $('log').scrollTop=$('log').scrollHeight;
 for(const [id,v] of Object.entries(state.views))if(v.type==='modal'&&v.for===me()&&!shown.has(id)){shown.add(id);form(id,v)}}
function form(id,v){const f=el('form');f.method='dialog';f.append(el('p',v.blocks[0].label.text));const i=el('input');f.append(i);const b=el('button',v.submit.text);f.append(b);
 f.onsubmit=()=>act({do:'submit',user:me(),view:id,typed:i.value});$('form').replaceChildren(el('h3',v.title.text),f);$('form').showModal()}
socket.onmessage=e=>{state=JSON.parse(e.data);draw()};
$('who').onchange=draw;
$('home').onclick=()=>{channel='home';act({do:'home',user:me()});draw()};
$('say').onsubmit=e=>{e.preventDefault();const t=$('text').value.trim();if(!t)return;$('text').value='';
 const text=t.replace(/&/g,'&amp;').replace(/</g,'&lt;').replace(/>/g,'&gt;').replace(/@apiops\b/g,'<@U0APIOPS1>');
 if(text.startsWith('/apiops'))act({do:'command',user:me(),channel,text:text.slice(7).trim()});
 else act({do:'say',user:me(),channel,text,thread});thread='';$('text').placeholder='Message'};
</script></html>
)html";

}  // namespace apiops::sandbox::slack
